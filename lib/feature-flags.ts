/**
 * The CDK feature flags this application is written for. Kept here and not in cdk.json, which only the CDK's own
 * command reads: `bin/app.ts` started directly must give the very same templates.
 */
export const FEATURE_FLAGS: Readonly<Record<string, boolean | string | string[]>> = {
  "@aws-cdk/core:target-partitions": ["aws"],
  // A stack that others read from cannot drop what they read: the exports say so at deployment, not the missing bucket.
  "@aws-cdk/core:defaultCrossStackReferences": "strong",
  // What CloudFormation would refuse stops synth already.
  "@aws-cdk/core:validateAgainstDefaultRules": true,
  "@aws-cdk/core:checkSecretUsage": true,
  "@aws-cdk/core:validateSnapshotRemovalPolicy": true,
  "@aws-cdk/core:includePrefixInUniqueNameGeneration": true,
  "@aws-cdk/core:explicitStackTags": true,
  "@aws-cdk/core:enableAdditionalMetadataCollection": false,
  "@aws-cdk/core:annotationsInValidationReport": true,
  "@aws-cdk/aws-iam:minimizePolicies": true,
  "@aws-cdk/aws-kms:aliasNameRef": true,
  "@aws-cdk/aws-kms:reduceCrossAccountRegionPolicyScope": true,
  "@aws-cdk/aws-s3:createDefaultLoggingPolicy": true,
  "@aws-cdk/aws-s3:serverAccessLogsUseBucketPolicy": true,
  "@aws-cdk/aws-s3:publicAccessBlockedByDefault": true,
  "@aws-cdk/aws-lambda:recognizeLayerVersion": true,
  "@aws-cdk/aws-lambda:useCdkManagedLogGroup": true,
  "@aws-cdk/aws-lambda-nodejs:sdkV3ExcludeSmithyPackages": true,
};
