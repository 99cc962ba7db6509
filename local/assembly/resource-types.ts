import { createHash } from "node:crypto";
import { arn, LOCAL_ACCOUNT_ID, LOCAL_REGION } from "./pseudo-parameters.ts";

/** What a resource type's rule sees: names and evaluated property values, never other resources. */
export interface Identity {
  stackName: string;
  logicalId: string;
  type: string;
  /** Of the local run: SDKs follow a queue's URL wherever it points, so it has to point here. */
  endpoint: string;
  /** An evaluated property, by top-level name. */
  property(name: string): unknown;
  /** The name the template gives under this property, or one as CloudFormation would make it up. */
  name(property: string): string;
}

export interface ResourceType {
  /** `no_effect`: accepted, and nothing here depends on it; `reason` says why that is all right. */
  treatment: "emulated" | "no_effect";
  reason?: string;
  ref(resource: Identity): string;
  attributes: Record<string, (resource: Identity) => unknown>;
}

type Attributes = ResourceType["attributes"];
type Rule = (resource: Identity) => string;

function emulated(ref: Rule, attributes: Attributes): ResourceType {
  return { treatment: "emulated", ref, attributes };
}

function noEffect(reason: string, ref: Rule = generatedId, attributes: Attributes = {}): ResourceType {
  return { treatment: "no_effect", reason, ref, attributes };
}

function generatedId(resource: Identity): string {
  return `${resource.stackName}-${resource.logicalId}-${suffix(resource)}`;
}

/** Stands for the random tail CloudFormation appends: the same in every run, so that the data folder stays valid. */
export function suffix(resource: Pick<Identity, "stackName" | "logicalId">, length = 12): string {
  return createHash("sha256").update(`${resource.stackName}/${resource.logicalId}`).digest("hex").slice(0, length).toUpperCase();
}

/** A deterministic UUID, for resources that have one as their id. */
export function uuid(resource: Pick<Identity, "stackName" | "logicalId">): string {
  const hash = createHash("sha256").update(`${resource.stackName}/${resource.logicalId}`).digest("hex");
  return [hash.slice(0, 8), hash.slice(8, 12), `4${hash.slice(13, 16)}`, `8${hash.slice(17, 20)}`, hash.slice(20, 32)].join("-");
}

/** `vpc-0123456789abcdef0` and the like. */
function networkId(prefix: string): Rule {
  return (resource) => `${prefix}-${suffix(resource, 17).toLowerCase()}`;
}

const named = (property: string): Rule => (resource) => resource.name(property);
const arnOf = (service: string, path: Rule, scope?: { region?: string; account?: string }): Rule => (resource) => arn(service, path(resource), scope);
const prefixed = (prefix: string, rule: Rule): Rule => (resource) => `${prefix}${rule(resource)}`;

const bucketName: Rule = (resource) => {
  const given = resource.property("BucketName");
  if (typeof given === "string") return given;
  const tail = suffix(resource).toLowerCase();
  return `${`${resource.stackName}-${resource.logicalId}`.toLowerCase().replaceAll(/[^a-z0-9-]/gu, "").slice(0, 62 - tail.length)}-${tail}`;
};

const queueUrl: Rule = (queue) => `${queue.endpoint}/${LOCAL_ACCOUNT_ID}/${queue.name("QueueName")}`;
const secretArn: Rule = (resource) => arn("secretsmanager", `secret:${resource.name("Name")}-${suffix(resource, 6)}`);
const scheduleGroup = (resource: Identity): string => {
  const group = resource.property("GroupName");
  return typeof group === "string" ? group : "default";
};

/** A rule's name, with that of its bus where it is not the account's own. */
function ruleOnBus(rule: Identity, separator: string): string {
  const bus = rule.property("EventBusName");
  const name = rule.name("Name");
  return typeof bus === "string" && bus !== "default" ? `${bus.slice(bus.indexOf("/") + 1)}${separator}${name}` : name;
}

/** SageMaker writes names in its ARNs in lower case. */
const sageMakerArn = (kind: string, property: string): Rule => (resource) => arn("sagemaker", `${kind}/${resource.name(property).toLowerCase()}`);
const scalableTarget: Rule = (target) => ["ResourceId", "ScalableDimension", "ServiceNamespace"].map((property) => String(target.property(property))).join("|");
const namespaceName = named("NamespaceName");
const workgroupName = named("WorkgroupName");
const GLOBAL = { region: "", account: LOCAL_ACCOUNT_ID };
const NETWORK = "nothing crosses a network here";
const WATCHING = "nobody watches a laptop; the numbers are in the run's status";
const SCALING = "one process an endpoint serves here";
const PERMISSIONS = "the caller's role is what the local run checks";

/**
 * Every resource type that the local run knows. A template with another one does not start, so that a new resource
 * is either brought to life here or accepted on purpose.
 */
export const RESOURCE_TYPES: Readonly<Record<string, ResourceType>> = {
  "AWS::Kinesis::Stream": emulated(named("Name"), { Arn: arnOf("kinesis", prefixed("stream/", named("Name"))) }),
  "AWS::SQS::Queue": emulated(queueUrl, { Arn: arnOf("sqs", named("QueueName")), QueueName: named("QueueName"), QueueUrl: queueUrl }),
  "AWS::S3::Bucket": emulated(bucketName, {
    Arn: prefixed("arn:aws:s3:::", bucketName),
    DomainName: (bucket) => `${bucketName(bucket)}.s3.amazonaws.com`,
    RegionalDomainName: (bucket) => `${bucketName(bucket)}.s3.${LOCAL_REGION}.amazonaws.com`,
  }),
  "AWS::Lambda::Function": emulated(named("FunctionName"), { Arn: arnOf("lambda", prefixed("function:", named("FunctionName"))) }),
  "AWS::Lambda::EventSourceMapping": emulated(uuid, { Id: uuid, EventSourceMappingArn: arnOf("lambda", prefixed("event-source-mapping:", uuid)) }),
  "AWS::IAM::Role": emulated(named("RoleName"), {
    Arn: arnOf("iam", prefixed("role/", named("RoleName")), GLOBAL),
    RoleId: (role) => `AROA${suffix(role, 17)}`,
  }),
  "AWS::IAM::Policy": emulated(generatedId, { Id: generatedId }),
  "AWS::IAM::ManagedPolicy": emulated(arnOf("iam", prefixed("policy/", named("ManagedPolicyName")), GLOBAL), {
    PolicyArn: arnOf("iam", prefixed("policy/", named("ManagedPolicyName")), GLOBAL),
  }),
  "AWS::KMS::Key": emulated(uuid, { Arn: arnOf("kms", prefixed("key/", uuid)), KeyId: uuid }),
  "AWS::KinesisFirehose::DeliveryStream": emulated(named("DeliveryStreamName"), {
    Arn: arnOf("firehose", prefixed("deliverystream/", named("DeliveryStreamName"))),
  }),
  "AWS::Glue::Database": emulated((database) => nestedName(database, "DatabaseInput"), {}),
  "AWS::Glue::Table": emulated((table) => nestedName(table, "TableInput"), {}),
  "AWS::RedshiftServerless::Namespace": emulated(namespaceName, {
    "Namespace.NamespaceArn": arnOf("redshift-serverless", prefixed("namespace/", uuid)),
    "Namespace.NamespaceId": uuid,
    "Namespace.NamespaceName": namespaceName,
    "Namespace.DbName": (namespace) => namespace.property("DbName") ?? "dev",
    "Namespace.AdminUsername": (namespace) => namespace.property("AdminUsername") ?? "admin",
    "Namespace.AdminPasswordSecretArn": (namespace) => arn("secretsmanager", `secret:redshift!${namespaceName(namespace)}-admin-${suffix(namespace, 6)}`),
  }),
  "AWS::RedshiftServerless::Workgroup": emulated(workgroupName, {
    "Workgroup.WorkgroupArn": arnOf("redshift-serverless", prefixed("workgroup/", uuid)),
    "Workgroup.WorkgroupId": uuid,
    "Workgroup.WorkgroupName": workgroupName,
    "Workgroup.Endpoint.Address": (workgroup) => `${workgroupName(workgroup)}.${LOCAL_ACCOUNT_ID}.${LOCAL_REGION}.redshift-serverless.amazonaws.com`,
    "Workgroup.Endpoint.Port": () => 5439,
  }),
  "AWS::Scheduler::Schedule": emulated(named("Name"), {
    Arn: (schedule) => arn("scheduler", `schedule/${scheduleGroup(schedule)}/${schedule.name("Name")}`),
  }),
  "AWS::SageMaker::Model": emulated(sageMakerArn("model", "ModelName"), { ModelName: named("ModelName"), ModelArn: sageMakerArn("model", "ModelName") }),
  "AWS::SageMaker::EndpointConfig": emulated(sageMakerArn("endpoint-config", "EndpointConfigName"), {
    EndpointConfigName: named("EndpointConfigName"),
    EndpointConfigArn: sageMakerArn("endpoint-config", "EndpointConfigName"),
  }),
  "AWS::SageMaker::Endpoint": emulated(sageMakerArn("endpoint", "EndpointName"), { EndpointName: named("EndpointName"), EndpointArn: sageMakerArn("endpoint", "EndpointName") }),
  "AWS::DynamoDB::Table": emulated(named("TableName"), { Arn: arnOf("dynamodb", prefixed("table/", named("TableName"))) }),
  "AWS::DynamoDB::GlobalTable": emulated(named("TableName"), { Arn: arnOf("dynamodb", prefixed("table/", named("TableName"))), TableId: uuid }),
  "AWS::Events::EventBus": emulated(named("Name"), { Arn: arnOf("events", prefixed("event-bus/", named("Name"))), Name: named("Name") }),
  "AWS::Events::Rule": emulated((rule) => ruleOnBus(rule, "|"), { Arn: arnOf("events", (rule) => `rule/${ruleOnBus(rule, "/")}`) }),
  "AWS::SNS::Topic": emulated(arnOf("sns", named("TopicName")), { TopicArn: arnOf("sns", named("TopicName")), TopicName: named("TopicName") }),
  "AWS::SNS::Subscription": emulated((subscription) => `${String(subscription.property("TopicArn"))}:${uuid(subscription)}`, {}),
  "AWS::CloudFormation::CustomResource": emulated(generatedId, {}),

  "AWS::CDK::Metadata": noEffect("bookkeeping of the CDK"),
  "AWS::S3::BucketPolicy": noEffect("guards against other accounts and plain HTTP, which a loopback port does not have"),
  "AWS::SQS::QueuePolicy": noEffect("guards against other accounts and plain HTTP, which a loopback port does not have; what it lets EventBridge do is judged with the rule"),
  "AWS::KMS::Alias": noEffect("keys go by their ARN", named("AliasName"), { Arn: arnOf("kms", named("AliasName")) }),
  "AWS::SecretsManager::Secret": noEffect("the local warehouse asks for no password", secretArn, { Id: secretArn }),
  "AWS::SecretsManager::ResourcePolicy": noEffect(PERMISSIONS),
  "AWS::SecretsManager::RotationSchedule": noEffect("the local warehouse asks for no password"),
  "AWS::Logs::LogGroup": noEffect("logs of functions are files in the data folder", named("LogGroupName"), {
    Arn: (group) => `${arn("logs", `log-group:${group.name("LogGroupName")}`)}:*`,
  }),
  "AWS::Logs::LogStream": noEffect("logs of functions are files in the data folder", named("LogStreamName")),
  "AWS::Logs::MetricFilter": noEffect(WATCHING),
  "AWS::Logs::ResourcePolicy": noEffect(PERMISSIONS),
  "AWS::ApplicationAutoScaling::ScalableTarget": noEffect(SCALING, scalableTarget, { Id: scalableTarget }),
  "AWS::ApplicationAutoScaling::ScalingPolicy": noEffect(SCALING),
  "AWS::Lambda::Permission": noEffect(PERMISSIONS),
  "AWS::Lambda::EventInvokeConfig": noEffect("nothing invokes a function asynchronously here"),
  "AWS::Lambda::LayerVersion": noEffect("functions bring their code in their bundle"),
  "AWS::Kinesis::ResourcePolicy": noEffect(PERMISSIONS),
  "AWS::Scheduler::ScheduleGroup": noEffect("schedules run alike in every group", named("Name"), { Arn: arnOf("scheduler", prefixed("schedule-group/", named("Name"))) }),
  "AWS::CloudWatch::Alarm": noEffect(WATCHING, named("AlarmName"), { Arn: arnOf("cloudwatch", prefixed("alarm:", named("AlarmName"))) }),
  "AWS::CloudWatch::CompositeAlarm": noEffect(WATCHING, named("AlarmName"), { Arn: arnOf("cloudwatch", prefixed("alarm:", named("AlarmName"))) }),
  "AWS::CloudWatch::Dashboard": noEffect(WATCHING, named("DashboardName")),
  "AWS::SNS::TopicPolicy": noEffect("guards against other accounts and plain HTTP, which a loopback port does not have; what it lets EventBridge do is judged with the rule"),
  "AWS::Events::EventBusPolicy": noEffect(PERMISSIONS),
  "AWS::Athena::WorkGroup": noEffect("the Parquet files are on disk for any engine", named("Name")),
  "AWS::LakeFormation::PrincipalPermissions": noEffect(PERMISSIONS),
  "AWS::Budgets::Budget": noEffect("nothing here costs money"),
  "AWS::EC2::VPC": noEffect(NETWORK, networkId("vpc"), {
    CidrBlock: (vpc) => vpc.property("CidrBlock"),
    DefaultSecurityGroup: networkId("sg"),
    DefaultNetworkAcl: networkId("acl"),
    VpcId: networkId("vpc"),
  }),
  "AWS::EC2::Subnet": noEffect(NETWORK, networkId("subnet"), {
    SubnetId: networkId("subnet"),
    AvailabilityZone: (subnet) => subnet.property("AvailabilityZone"),
    CidrBlock: (subnet) => subnet.property("CidrBlock"),
  }),
  "AWS::EC2::RouteTable": noEffect(NETWORK, networkId("rtb"), { RouteTableId: networkId("rtb") }),
  "AWS::EC2::SubnetRouteTableAssociation": noEffect(NETWORK, networkId("rtbassoc")),
  "AWS::EC2::Route": noEffect(NETWORK),
  "AWS::EC2::InternetGateway": noEffect(NETWORK, networkId("igw")),
  "AWS::EC2::VPCGatewayAttachment": noEffect(NETWORK),
  "AWS::EC2::NatGateway": noEffect(NETWORK, networkId("nat")),
  "AWS::EC2::EIP": noEffect(NETWORK, networkId("eip"), { AllocationId: networkId("eipalloc") }),
  "AWS::EC2::SecurityGroup": noEffect(NETWORK, networkId("sg"), { GroupId: networkId("sg"), VpcId: (group) => group.property("VpcId") }),
  "AWS::EC2::SecurityGroupIngress": noEffect(NETWORK),
  "AWS::EC2::SecurityGroupEgress": noEffect(NETWORK),
  "AWS::EC2::FlowLog": noEffect(NETWORK, networkId("fl")),
  "AWS::EC2::VPCEndpoint": noEffect(NETWORK, networkId("vpce")),
  "Custom::VpcRestrictDefaultSG": noEffect(NETWORK),
  "Custom::S3AutoDeleteObjects": noEffect("a local data folder is deleted by hand"),
  "Custom::LogRetention": noEffect("logs of functions are bounded files in the data folder"),
};

/** @throws for a type this program does not know. Types `Custom::*` are custom resources unless listed otherwise. */
export function resourceTypeOf(stackName: string, logicalId: string, type: string): ResourceType {
  const known = RESOURCE_TYPES[type] ?? (type.startsWith("Custom::") ? RESOURCE_TYPES["AWS::CloudFormation::CustomResource"] : undefined);
  if (known !== undefined) return known;
  throw new Error(
    `${stackName}: ${logicalId} is a ${type}, which the local run does not know. Emulate it under local/, ` +
      "or list it in local/assembly/resource-types.ts as having no effect here, with the reason",
  );
}

function nestedName(resource: Identity, property: string): string {
  const input = resource.property(property);
  const name = typeof input === "object" && input !== null ? (input as Record<string, unknown>)["Name"] : undefined;
  return typeof name === "string" ? name : generatedId(resource).toLowerCase();
}
