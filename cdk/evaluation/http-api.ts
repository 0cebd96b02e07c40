import { RemovalPolicy } from 'aws-cdk-lib';
import { CfnStage, HttpApi, HttpMethod } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { acknowledge } from '../acknowledge.ts';

/** Requests a second, for all callers together: far more than evaluations need, far less than a bill notices. */
const RATE = 50;
const BURST = 100;

/** The one way in from outside: every path goes to the API's function, which asks for a token. */
export function httpApi(scope: Construct, api: IFunction): HttpApi {
  const http = new HttpApi(scope, 'Http', { description: 'oneshot: evaluations over HTTP' });
  const integration = new HttpLambdaIntegration('Api', api);
  for (const path of ['/', '/{proxy+}']) {
    for (const route of http.addRoutes({ path, methods: [HttpMethod.ANY], integration })) {
      acknowledge(
        route,
        'AwsSolutions-APIG4',
        'The function itself compares bearer tokens with stored hashes; only /healthz and the docs are open.',
      );
    }
  }
  const log = new LogGroup(scope, 'HttpLog', {
    retention: RetentionDays.ONE_MONTH,
    removalPolicy: RemovalPolicy.DESTROY,
  });
  const stage = http.defaultStage?.node.defaultChild;
  if (!(stage instanceof CfnStage)) throw new Error('an HTTP API without its default stage');
  stage.defaultRouteSettings = { throttlingRateLimit: RATE, throttlingBurstLimit: BURST };
  stage.accessLogSettings = { destinationArn: log.logGroupArn, format: ACCESS_LOG };
  return http;
}

/** No headers and no query, which may hold secrets. */
const ACCESS_LOG = JSON.stringify({
  time: '$context.requestTime',
  request: '$context.requestId',
  method: '$context.httpMethod',
  path: '$context.path',
  status: '$context.status',
  milliseconds: '$context.responseLatency',
  bytes: '$context.responseLength',
  error: '$context.integrationErrorMessage',
});
