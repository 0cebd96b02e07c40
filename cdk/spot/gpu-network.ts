import { RemovalPolicy } from 'aws-cdk-lib';
import {
  FlowLogDestination,
  GatewayVpcEndpointAwsService,
  type IVpc,
  SubnetType,
  Vpc,
} from 'aws-cdk-lib/aws-ec2';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';

/**
 * A network for machines that come and go, without NAT gateways, which would cost more than they do while they sleep: instances have public
 * addresses and a security group that lets nobody in; S3 is reached without leaving AWS.
 */
export function gpuNetwork(scope: Construct): IVpc {
  const logGroup = new LogGroup(scope, 'NetworkLog', {
    retention: RetentionDays.ONE_MONTH,
    removalPolicy: RemovalPolicy.DESTROY,
  });
  const network = new Vpc(scope, 'Network', {
    maxAzs: 3, // Spot capacity differs by zone
    natGateways: 0,
    subnetConfiguration: [{ name: 'public', subnetType: SubnetType.PUBLIC }],
    gatewayEndpoints: { s3: { service: GatewayVpcEndpointAwsService.S3 } },
    flowLogs: { all: { destination: FlowLogDestination.toCloudWatchLogs(logGroup) } },
  });
  // The CDK is compiled without exactOptionalPropertyTypes: its classes say `undefined` where its interfaces say nothing.
  return network as IVpc;
}
