import type { CodeTable } from './code-facts.ts';

/** What befalls the inference servers that generate completions. */
export const modelServers = {
  'endpoint-answer-invalid': {
    means: "The server does not answer as OpenAI's API does.",
    advice: 'Check that it is a model server, and its version.',
    final: true,
  },
  'endpoint-answer-too-long': {
    means: 'The answer of a server is longer than any that makes sense.',
    advice: 'Check that it is a model server.',
    final: true,
  },
  'endpoint-context-too-short': {
    means: 'The server has no room for a prompt and its completion.',
    advice: 'Start it with a longer context, or ask for fewer tokens.',
    final: true,
  },
  'endpoint-refused': {
    means: 'The server refused a request.',
    advice: 'Check its log, its version and the API key.',
    final: true,
  },
  'endpoint-unreachable': {
    means: 'A server or a service of AWS gave no answer.',
    advice: 'Start it, or correct its address; check the network.',
    final: false,
    roles: ['outage', 'server-loss'],
  },
  'endpoint-wrong-model': {
    means: 'The server does not serve this model.',
    advice: 'Serve the model under the name that is asked for, or name the served one in ONESHOT_ENDPOINTS.',
    final: true,
  },
  'endpoints-invalid': {
    means: 'ONESHOT_ENDPOINTS, or a variable that it names, is not what it should be.',
    advice: 'Write it like `{"gpu": {"url": "http://127.0.0.1:8000"}}`.',
    final: true,
  },
  'model-server-answer-invalid': {
    means: 'The model server does not answer as vLLM does.',
    advice: 'Check its address and version.',
    final: false,
    roles: ['server-fault'],
  },
  'model-server-failed': {
    means: 'The model server did not start.',
    advice: 'Read what it said, and check MODEL_SERVER_ARGS and the model.',
    final: false,
    roles: ['server-fault'],
  },
  'model-server-lost': {
    means: 'The model server does not answer.',
    advice: 'Start it, or read its log if it ended.',
    final: false,
    roles: ['server-loss', 'server-fault'],
  },
  'model-server-port-taken': {
    means: "Another server answers at the model server's address.",
    advice: 'End it, or name another port in ONESHOT_ENDPOINTS.',
    final: false,
    roles: ['server-fault'],
  },
  'model-server-refused': {
    means: 'The model server refused to load weights or to say which it holds.',
    advice: 'Start it as docs/model-servers.md says, and let it see the folder.',
    final: false,
    roles: ['server-fault'],
  },
  'model-server-slow': {
    means: 'The model server was not ready in time.',
    advice: 'Raise MODEL_SERVER_START_SECONDS, or read its log.',
    final: false,
    roles: ['server-fault'],
  },
  'policy-changed': {
    means: 'The model server holds another model than was loaded, so that its completions are discarded.',
    advice: 'Let nobody else load weights into this server.',
    final: false,
  },
  'vllm-install-failed': {
    means: 'vLLM could not be installed.',
    advice: 'Check network and disk space, then run the same command again: it goes on where it stopped.',
    final: false,
  },
  'vllm-missing': {
    means: 'There is no vLLM to start, or what ONESHOT_VLLM names is none.',
    advice: 'Run `oneshot vllm install`, or name the program `vllm` in ONESHOT_VLLM.',
    final: true,
  },
  'vllm-unsupported': {
    means: 'No build of vLLM is made for this kind of machine.',
    advice: 'Use Linux on x86-64, or let the engine sample and the decoder evaluate.',
    final: true,
  },
  'vllm-version': {
    means: 'The vLLM that was found is of another version than oneshot speaks to.',
    advice: 'Run `oneshot vllm install`, or name another in ONESHOT_VLLM.',
    final: true,
  },
} as const satisfies CodeTable;
