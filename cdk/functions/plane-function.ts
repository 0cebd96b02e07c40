import { Duration, RemovalPolicy, Size } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, Function as LambdaFunction, type LayerVersion, Runtime } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { FunctionLimits } from '../limits.ts';
import { builtHere } from './built-here.ts';
import { bundleFunction } from './bundle-function.ts';
import type { FunctionName } from './function-name.ts';
import { grant, type Resources } from './grant.ts';
import { permissions } from './permissions.ts';

export interface PlaneFunctionProps extends Resources {
  readonly name: FunctionName;
  readonly limits: FunctionLimits;
  readonly environment: Readonly<Record<string, string>>;
  readonly layers?: LayerVersion[];
}

/** A function of the evaluation plane, with a role that may do what `permissions.ts` says and write its own log. */
export class PlaneFunction extends Construct {
  readonly lambda: LambdaFunction;
  readonly logGroup: LogGroup;

  constructor(scope: Construct, id: string, props: PlaneFunctionProps) {
    super(scope, id);
    const { name, limits, environment, layers = [] } = props;
    this.logGroup = new LogGroup(this, 'Log', {
      retention: RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    this.logGroup.grantWrite(role);
    grant(role, permissions[name], props);
    this.lambda = new LambdaFunction(this, 'Function', {
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.X86_64,
      handler: 'index.handler',
      code: builtHere(name, (folder) => bundleFunction(name, folder)),
      layers,
      memorySize: limits.memoryMib,
      ephemeralStorageSize: Size.mebibytes(limits.diskMib ?? 512),
      timeout: Duration.seconds(limits.timeoutSeconds),
      environment,
      logGroup: this.logGroup,
      role,
      retryAttempts: 0,
    });
  }
}
