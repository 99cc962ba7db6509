/** What SageMaker JumpStart publishes about a model, as far as deploying it takes. */
export interface JumpStartModel {
  /** The version of JumpStart's description that names container and variables. */
  version: string;
  /** Repository and tag in the account of AWS's Deep Learning Containers. */
  image: string;
  /** The prefix of the unpacked weights in JumpStart's bucket of the region. */
  artifacts: string;
  /** Where the licence agreement lies in the same bucket, for a model that asks for its acceptance. */
  eula?: string;
  /** Gated weights lie in `jumpstart-private-cache-prod-<region>`, open ones in `jumpstart-cache-prod-<region>`. */
  gated: boolean;
  /** Instance type → its own container variables. Other types are not offered. */
  instanceTypes: Readonly<Record<string, Readonly<Record<string, string>>>>;
  environment: Readonly<Record<string, string>>;
}

const COMMON_ENVIRONMENT = {
  MODEL_CACHE_ROOT: "/opt/ml/model",
  SAGEMAKER_CONTAINER_LOG_LEVEL: "20",
  SAGEMAKER_ENV: "1",
  SAGEMAKER_MODEL_SERVER_TIMEOUT: "3600",
  SAGEMAKER_MODEL_SERVER_WORKERS: "1",
  SAGEMAKER_PROGRAM: "inference.py",
  SAGEMAKER_SUBMIT_DIRECTORY: "/opt/ml/model/code",
};

/*
 * Read from JumpStart's model descriptions, as @cdklabs/generative-ai-cdk-constructs 0.1.318 republishes them. The versions are the last
 * whose description names the container; later ones (2.25.0 and 1.16.0 at the time) keep the same weights.
 */
export const JUMPSTART_MODELS = {
  "meta-textgeneration-llama-3-70b-instruct": {
    version: "2.2.0",
    image: "djl-inference:0.28.0-lmi10.0.0-cu124",
    artifacts: "meta-textgeneration/meta-textgeneration-llama-3-70b-instruct/artifacts/inference-prepack/v1.1.0/",
    eula: "fmhMetadata/eula/llama3Eula.txt",
    gated: true,
    instanceTypes: { "ml.p4d.24xlarge": {}, "ml.g5.48xlarge": { OPTION_GPU_MEMORY_UTILIZATION: "0.95" }, "ml.g6.48xlarge": {} },
    environment: { ...COMMON_ENVIRONMENT, ENDPOINT_SERVER_TIMEOUT: "3600", HF_MODEL_ID: "/opt/ml/model" },
  },
  "huggingface-llm-mixtral-8x7b-instruct": {
    version: "1.9.0",
    image: "djl-inference:0.28.0-lmi10.0.0-cu124",
    artifacts: "huggingface-llm/huggingface-llm-mixtral-8x7b-instruct/artifacts/inference-prepack/v1.1.0/",
    gated: false,
    instanceTypes: { "ml.p4d.24xlarge": {}, "ml.g5.48xlarge": {}, "ml.g6.48xlarge": {}, "ml.p5.48xlarge": {} },
    environment: COMMON_ENVIRONMENT,
  },
} as const satisfies Record<string, JumpStartModel>;

export type JumpStartModelId = keyof typeof JUMPSTART_MODELS;
