import { Validations } from "aws-cdk-lib";
import { IpAddresses, type IVpc, SecurityGroup, SubnetType, Vpc } from "aws-cdk-lib/aws-ec2";
import { Construct } from "constructs";

/**
 * Redshift Serverless wanted subnets in three zones, with free addresses by its capacity (133 in each for 512 RPUs, and as
 * many again to grow). Of late, two zones and three addresses do without enhanced routing; this serves both.
 */
export const AVAILABILITY_ZONES = 3;

/**
 * Subnets without a way in or out: no internet gateway, no NAT. Nobody connects to the warehouse over the network;
 * analysts and functions reach it through the Redshift Data API, and it reads Kinesis over the service's own network.
 */
export class WarehouseNetwork extends Construct {
  readonly subnetIds: string[];
  readonly securityGroupId: string;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    const vpc = new Vpc(this, "Vpc", {
      ipAddresses: IpAddresses.cidr("10.64.0.0/20"),
      maxAzs: AVAILABILITY_ZONES,
      natGateways: 0,
      createInternetGateway: false,
      subnetConfiguration: [{ name: "warehouse", subnetType: SubnetType.PRIVATE_ISOLATED, cidrMask: 22 }],
      // The CDK would deploy a function of its own to empty the default group, which nothing here uses.
      restrictDefaultSecurityGroup: false,
    });
    const securityGroup = new SecurityGroup(this, "SecurityGroup", {
      // The CDK's own types are not made for exactOptionalPropertyTypes.
      vpc: vpc as IVpc,
      allowAllOutbound: false,
      description: "The warehouse: nothing in, nothing out",
    });
    this.subnetIds = vpc.isolatedSubnets.map((subnet) => subnet.subnetId);
    this.securityGroupId = securityGroup.securityGroupId;
    Validations.of(vpc).acknowledge({
      id: "AwsSolutions-VPC7",
      reason: "The subnets have no route out and the only security group lets nothing in or out: a flow log would bill for recording silence.",
    });
  }
}
