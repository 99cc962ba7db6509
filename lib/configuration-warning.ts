export interface ConfigurationWarning {
  /** Under which a warning can be acknowledged. */
  id: string;
  message: string;
}

/** What to look at where an endpoint is asked that the stage does not deploy. */
export function mustExist(endpoint: string): string {
  return `it must exist in the account and region already (aws sagemaker describe-endpoint --endpoint-name ${endpoint})`;
}
