/**
 * What the HTTP API takes and answers, made by `npm run docs:make` of the description that its routes give: plain types,
 * so that a client of the package needs nothing that the server is made of.
 */

export type Problem = {
  /** Always about:blank: `code` names the kind of problem. */
  readonly type: string;
  /** The phrase of the status. */
  readonly title: string;
  readonly status: number;
  /** Stable name of the problem, for programs. */
  readonly code: string;
  /** What happened and what to do next, for people. */
  readonly detail: string;
  /** As in X-Request-Id; absent where the request was refused before it was read. */
  readonly requestId?: string | undefined;
};

export type Evaluation = {
  readonly evaluation: string;
  /** 0, or the number of the latest retry. */
  readonly round: number;
  readonly status: 'planning' | 'running' | 'done' | 'refused' | 'cancelled';
  /** Nothing of this round will change any more. */
  readonly over: boolean;
  readonly model: string;
  readonly generator:
    | {
        readonly kind: 'onnx';
        readonly version: string;
      }
    | {
        readonly kind: 'recorded';
        readonly completions: string;
      }
    | {
        readonly kind: 'endpoint';
        readonly name: string;
        readonly version: string;
      };
  readonly benchmarks: readonly {
    readonly benchmark: string;
    readonly problemSet: string | null;
    readonly samples: number;
  }[];
  readonly graders: readonly ('reward' | 'benchmark' | 'paper-train' | 'paper-eval' | 'format')[];
  /** null before the round is planned. */
  readonly coverage: {
    readonly shards: number;
    /** Shards with an outcome, failed ones included. */
    readonly done: number;
  } | null;
  readonly refused: {
    readonly code: string;
    readonly detail: string;
  } | null;
  readonly summary: Summary;
};

/** Scores of every grader and benchmark, once the round is complete. */
export type Summary = {
  readonly schemaVersion: 1;
  readonly evaluation: string;
  readonly round: number;
  readonly model: string;
  readonly policy: 'verified' | 'claimed';
  readonly coverage: {
    readonly shards: number;
    readonly scored: number;
    readonly failed: { readonly [name: string]: number };
    readonly unanswered?: { readonly [name: string]: number } | undefined;
  };
  readonly graders: {
    readonly [name: string]: {
      readonly average: {
        readonly mean: number | null;
        readonly interval: readonly [number, number] | null;
        readonly bounds: readonly [number, number];
      };
      readonly benchmarks: readonly {
        readonly benchmark: string;
        readonly problems: number;
        readonly samplesPerProblem: number;
        readonly completions: number;
        readonly failed: number;
        readonly score: {
          readonly mean: number | null;
          readonly interval: readonly [number, number] | null;
          readonly bounds: readonly [number, number];
        };
        readonly subjects: {
          readonly [name: string]: {
            readonly problems: number;
            readonly mean: number;
          };
        };
        readonly meanTokens: number | null;
        readonly truncatedShare: number | null;
        readonly boxedShare: number | null;
        readonly reflection: { readonly [name: string]: number };
        readonly reasons: { readonly [name: string]: number };
      }[];
    };
  };
} | null;

export type EvaluationBody = {
  /** Digest of a stored model: `oneshot model push` prints it. */
  readonly model: string;
  /** Names, which stand for the set pushed last, or a name with the digest of a stored set. */
  readonly benchmarks: readonly (
    | string
    | {
        readonly name: string;
        readonly problemSet: string;
      }
  )[];
  readonly graders?:
    | readonly ('reward' | 'benchmark' | 'paper-train' | 'paper-eval' | 'format')[]
    | undefined;
  /** The model's own chat template, or a prompt of the paper. */
  readonly template?: 'chat' | 'qwen25-math-cot' | 'llama' | 'deepseek-distill' | undefined;
  /** Only the first problems of each benchmark. */
  readonly limit?: number | undefined;
  /** New tokens of a completion, instead of each benchmark's own limit. */
  readonly maxTokens?: number | undefined;
  /** Samples of each problem, instead of each benchmark's own number; of a greedy benchmark they would all be equal, so that it keeps its own. */
  readonly samples?: number | undefined;
  /** Who makes the completions: our decoder, a blob of recorded ones by its sha256, or a model server that the deployment allows under this name. */
  readonly generator?:
    | 'onnx'
    | {
        readonly recorded: string;
      }
    | {
        readonly endpoint: string;
      }
    | undefined;
  /** Of our decoder, what its matrices are rounded to: by default fp32. Faster, less memory, and other scores. */
  readonly precision?: 'fp32' | 'int8' | 'int4' | undefined;
  /** A round that would cost more is refused. */
  readonly maxCostUsd?: number | undefined;
};

export type EvaluationListItem = {
  readonly evaluation: string;
  readonly model: string;
  readonly benchmarks: readonly string[];
  readonly graders: readonly ('reward' | 'benchmark' | 'paper-train' | 'paper-eval' | 'format')[];
  readonly checkpoint?:
    | {
        readonly run: string;
        readonly step: number;
      }
    | undefined;
  readonly createdAt: string;
  readonly status: 'planning' | 'running' | 'done' | 'refused' | 'cancelled' | 'damaged';
  readonly over: boolean;
  readonly coverage: {
    readonly shards: number;
    /** Shards with an outcome, failed ones included. */
    readonly done: number;
  } | null;
  /** Average of its benchmarks; null before there is one. */
  readonly score: {
    readonly grader: string;
    readonly mean: number | null;
    readonly interval: readonly [number, number] | null;
    readonly bounds: readonly [number, number];
  } | null;
};

export type RetryBody = {
  /** Of the next round. */
  readonly maxCostUsd?: number | undefined;
};

export type Sample = {
  readonly problem: string;
  readonly sample: number;
  readonly question: string;
  readonly gold: string | readonly string[];
  readonly subject: string | null;
  readonly level: number | null;
  readonly completion: string;
  readonly tokens: number;
  readonly truncated: boolean;
  readonly grader: 'reward' | 'benchmark' | 'paper-train' | 'paper-eval' | 'format';
  readonly verdict: 'correct' | 'incorrect' | 'no-answer' | 'too-hard';
  readonly extracted: string | null;
  readonly reason: string;
  /** Some graders call it correct, others do not. */
  readonly disagree: boolean;
};

export type SampleDetail = {
  readonly evaluation: string;
  readonly round: number;
  readonly model: string;
  /** Whose evaluation it is; null where a model was given by hand, or it is an old one. */
  readonly checkpoint: {
    readonly run: string;
    readonly step: number;
  } | null;
  readonly problem: string;
  readonly sample: number;
  readonly question: string;
  readonly gold: string | readonly string[];
  readonly subject: string | null;
  readonly level: number | null;
  readonly completion: string;
  readonly tokens: number;
  readonly truncated: boolean;
  readonly boxed: boolean;
  readonly reflection: readonly string[];
  /** Of every grader. */
  readonly verdicts: readonly {
    readonly grader: 'reward' | 'benchmark' | 'paper-train' | 'paper-eval' | 'format';
    readonly verdict: 'correct' | 'incorrect' | 'no-answer' | 'too-hard';
    readonly extracted: string | null;
    readonly reason: string;
  }[];
  /** All samples of the problem, this one among them. */
  readonly siblings: readonly {
    readonly sample: number;
    readonly tokens: number;
    readonly verdicts: readonly {
      readonly grader: 'reward' | 'benchmark' | 'paper-train' | 'paper-eval' | 'format';
      readonly verdict: 'correct' | 'incorrect' | 'no-answer' | 'too-hard';
      readonly extracted: string | null;
      readonly reason: string;
    }[];
  }[];
  /** Where readers disagree with a grader. */
  readonly notes: readonly Note[];
};

export type Note = {
  readonly note: string;
  readonly evaluation: string;
  readonly problem: string;
  readonly sample: number;
  readonly grader: 'reward' | 'benchmark' | 'paper-train' | 'paper-eval' | 'format';
  /** What the grader said when the note was written. */
  readonly said: 'correct' | 'incorrect' | 'no-answer' | 'too-hard';
  /** What the reader holds right. */
  readonly holds: 'correct' | 'incorrect' | 'no-answer';
  /** Why; null where they gave no reason. */
  readonly text: string | null;
  readonly createdAt: string;
};

export type Comparison = {
  readonly first: string;
  readonly second: string;
  /** Not even the weights differ. */
  readonly sameModel: boolean;
  /** The recorded completions of each side; null where a model made them here. */
  readonly recordings: readonly [string | null, string | null];
  readonly grader: 'reward' | 'benchmark' | 'paper-train' | 'paper-eval' | 'format';
  readonly margin: number;
  readonly verdict: Verdict;
  /** The verdict in words. */
  readonly text: string;
  /** What differs besides the weights, what blocks the verdict first. */
  readonly differences: readonly {
    readonly what:
      | 'benchmarks'
      | 'problems'
      | 'answers'
      | 'limit'
      | 'scores'
      | 'samples'
      | 'temperature'
      | 'top-p'
      | 'max-tokens'
      | 'prompt'
      | 'stop'
      | 'precision'
      | 'generator'
      | 'seed'
      | 'grader';
    /** The second kind blocks the verdict. */
    readonly severity: 'may-move-scores' | 'pairs-do-not-match';
    readonly benchmark?: string | undefined;
    readonly first: string;
    readonly second: string;
  }[];
  /** Mean of the benchmarks; null where one is blocked. */
  readonly average: {
    /** Scored in both. */
    readonly problems: number;
    /** Mean share of right samples. */
    readonly first: number;
    readonly second: number;
    /** Second minus first, in [−1, 1]. */
    readonly difference: number;
    /** 95 %, over problems. */
    readonly interval: readonly [number, number];
    /** Two-sided. */
    readonly p: number;
    /** By Holm, over what is compared at once. */
    readonly adjustedP: number;
    /** The smallest difference that is found in 80 of 100 cases. */
    readonly detectable: number;
    readonly verdict: Verdict;
    /** The verdict in words. */
    readonly text: string;
  } | null;
  /** Those whose pairs match. */
  readonly benchmarks: readonly {
    /** Scored in both. */
    readonly problems: number;
    /** Mean share of right samples. */
    readonly first: number;
    readonly second: number;
    /** Second minus first, in [−1, 1]. */
    readonly difference: number;
    /** 95 %, over problems. */
    readonly interval: readonly [number, number];
    /** Two-sided. */
    readonly p: number;
    /** By Holm, over what is compared at once. */
    readonly adjustedP: number;
    /** The smallest difference that is found in 80 of 100 cases. */
    readonly detectable: number;
    readonly verdict: Verdict;
    /** The verdict in words. */
    readonly text: string;
    readonly benchmark: string;
    /** Of each problem. */
    readonly samples: readonly [number, number];
    /** Both exact. */
    readonly test: 'mcnemar' | 'sign-flip';
    /** Problems that one of the two has scored alone. */
    readonly unpaired: number;
    /** Solved by the second alone: at least half of its samples. */
    readonly gained: readonly string[];
    /** Solved by the first alone. */
    readonly lost: readonly string[];
    /** Solved by both. */
    readonly solved: readonly string[];
    /** Solved by neither. */
    readonly unsolved: readonly string[];
  }[];
};

/** Of the second evaluation against the first. */
export type Verdict =
  | {
      readonly kind: 'better' | 'worse';
      readonly difference: number;
      readonly interval: readonly [number, number];
    }
  | {
      readonly kind: 'no-difference';
      /** A larger difference is excluded. */
      readonly within: number;
    }
  | {
      readonly kind: 'cannot-tell';
      /** So many would find a difference of the size of the margin in 80 of 100 cases. */
      readonly problemsNeeded: number;
      readonly margin: number;
    }
  | {
      readonly kind: 'blocked';
    };

export type NoteBody = {
  /** Whose verdict is wrong. */
  readonly grader: 'reward' | 'benchmark' | 'paper-train' | 'paper-eval' | 'format';
  /** What is right instead. */
  readonly holds: 'correct' | 'incorrect' | 'no-answer';
  /** Why. */
  readonly text?: string | undefined;
};

export type VerifyResult = {
  readonly id: string | number;
  readonly correct: boolean;
  readonly verdict: 'correct' | 'incorrect' | 'no-answer' | 'too-hard';
  readonly extracted: string | null;
  readonly reason: string;
};

export type VerifyCase = {
  readonly id: string | number;
  /** The reference answer; of several, any one counts. */
  readonly gold: string | readonly string[];
  /** A bare answer. */
  readonly answer?: string | undefined;
  /** Or a completion, in which the answer is looked for. */
  readonly completion?: string | undefined;
  readonly mode?: 'reward' | 'benchmark' | 'paper-train' | 'paper-eval' | 'format' | undefined;
  readonly options?:
    | {
        readonly tolerance?: number | readonly number[] | undefined;
        readonly significantDigits?: number | undefined;
        readonly unit?: string | undefined;
        readonly keepUnits?: boolean | undefined;
      }
    | undefined;
};

export type RunListItem = {
  readonly run: string;
  readonly recipe: string;
  readonly createdAt: string;
  readonly state:
    | 'new'
    | 'training'
    | 'failed'
    | 'stopped'
    | 'unfinished'
    | 'scoring'
    | 'finished'
    | 'damaged';
  /** The last that is done; null where damage hides it. */
  readonly step: number | null;
  /** How many there are to be, where that is known. */
  readonly steps: number | null;
  readonly checkpoints: number | null;
  /** Of the newest checkpoint that has one. */
  readonly score: {
    readonly grader: string;
    readonly mean: number | null;
    readonly interval: readonly [number, number] | null;
    readonly bounds: readonly [number, number];
    readonly step: number;
    readonly evaluation: string;
  } | null;
  /** The highest average of all checkpoints; picked by the score that it shows, and so flattered. */
  readonly best: {
    readonly grader: string;
    readonly mean: number | null;
    readonly interval: readonly [number, number] | null;
    readonly bounds: readonly [number, number];
    readonly step: number;
    readonly evaluation: string;
  } | null;
  /** The average of every checkpoint; null where there is none. */
  readonly curve: readonly {
    readonly step: number;
    readonly mean: number | null;
  }[];
  /** Checkpoints whose evaluation lost shards or was refused. */
  readonly unscored: number;
  /** Warnings that its steps give reason for; GET the run for what they are. */
  readonly alerts: number | null;
  /** The gravest of them; null where there is none. */
  readonly worstAlert:
    | 'diverged'
    | 'nothing-learned'
    | 'no-progress'
    | 'entropy-collapsed'
    | 'completions-cut'
    | 'reward-saturated'
    | 'evaluation-stalled'
    | null;
};

export type Run = {
  readonly run: string;
  readonly recipe: string;
  readonly state:
    | 'new'
    | 'training'
    | 'failed'
    | 'stopped'
    | 'unfinished'
    | 'scoring'
    | 'finished'
    | 'damaged';
  /** The last that is done; null where damage hides it. */
  readonly step: number | null;
  /** Up to the newest checkpoint. */
  readonly steps: readonly {
    readonly step: number;
    readonly metrics: { readonly [name: string]: number };
  }[];
  readonly codeVersion: string;
  /** Every setting, as resolved. */
  readonly config: { readonly [name: string]: unknown };
  readonly checkpoints: readonly {
    readonly step: number;
    readonly model: string;
    /** null where none was asked for. */
    readonly evaluation: string | null;
    readonly status: 'none' | 'waiting' | 'planning' | 'running' | 'done' | 'refused' | 'cancelled';
    readonly coverage: {
      readonly shards: number;
      /** Shards with an outcome, failed ones included. */
      readonly done: number;
    } | null;
    /** Shards that failed, by reason; empty before the round is over. */
    readonly failed: { readonly [name: string]: number };
    readonly refused: {
      readonly code: string;
      readonly detail: string;
    } | null;
    /** By grader; null before they are there. */
    readonly scores: {
      readonly [name: string]: {
        readonly average: {
          readonly mean: number | null;
          readonly interval: readonly [number, number] | null;
          readonly bounds: readonly [number, number];
        };
        readonly benchmarks: readonly {
          readonly benchmark: string;
          readonly problems: number;
          readonly samplesPerProblem: number;
          readonly completions: number;
          readonly failed: number;
          readonly score: {
            readonly mean: number | null;
            readonly interval: readonly [number, number] | null;
            readonly bounds: readonly [number, number];
          };
          readonly subjects: {
            readonly [name: string]: {
              readonly problems: number;
              readonly mean: number;
            };
          };
          readonly meanTokens: number | null;
          readonly truncatedShare: number | null;
          readonly boxedShare: number | null;
          readonly reflection: { readonly [name: string]: number };
          readonly reasons: { readonly [name: string]: number };
        }[];
      };
    } | null;
    /** deleted: its scores stay, but it cannot be evaluated again. */
    readonly weights: 'kept' | 'deleted';
    /** Its optimizer state is kept. */
    readonly resumable: boolean;
  }[];
  /** From where training accuracy stays at 0.95 or more for 20 steps. */
  readonly saturationStep: number | null;
  /** What its steps give reason to tell, each rule once, by step. */
  readonly alerts: readonly Alert[];
  /** The checkpoint of another run that this one began with. */
  readonly forkOf: {
    readonly run: string;
    readonly step: number;
  } | null;
  /** Runs that began with a checkpoint of this one, and which. */
  readonly forks: readonly {
    readonly run: string;
    readonly step: number;
  }[];
  /** Where each driver after the first went on; null: from the beginning. */
  readonly restarts: readonly {
    readonly incarnation: number;
    readonly step: number | null;
  }[];
};

export type Alert = {
  readonly rule:
    | 'diverged'
    | 'nothing-learned'
    | 'no-progress'
    | 'entropy-collapsed'
    | 'completions-cut'
    | 'reward-saturated'
    | 'evaluation-stalled';
  /** note: nothing is wrong. */
  readonly severity: 'warning' | 'note';
  /** From where on. */
  readonly step: number;
  /** The number that met the rule; `found` says which. */
  readonly value: number;
  readonly found: string;
  readonly means: string;
  readonly advice: string;
};

export type StepListItem = {
  readonly step: number;
  readonly metrics: { readonly [name: string]: number };
};

export type RolloutGroup = {
  readonly row: number;
  readonly example: string;
  /** null where the data is not in the store. */
  readonly problem: string | null;
  /** As trained on; null where the run draws wrong ones. */
  readonly answer: string | null;
  /** Of the group, whether or not they pass the filters. */
  readonly samples: number;
  /** Those that pass the filters. */
  readonly rollouts: readonly Rollout[];
};

export type Rollout = {
  readonly sample: number;
  readonly text: string;
  /** Its stop token included. */
  readonly tokens: number;
  readonly truncated: boolean;
  readonly verdict: 'correct' | 'incorrect' | 'no-answer' | 'too-hard';
  readonly reason: string;
  readonly extracted: string | null;
  readonly reward: number;
  /** What each part of a sum of rewards gave, before its weight; null where it is no sum. */
  readonly parts: { readonly [name: string]: number } | null;
  /** null where a critic gives each token its own. */
  readonly advantage: number | null;
};

export type LogItem = {
  readonly at: string;
  readonly level: 'info' | 'warning' | 'error';
  readonly event: string;
};

export type RunCost = {
  readonly run: string;
  readonly training: {
    /** Of all phases; what a killed driver did in vain is not in it. */
    readonly seconds: number;
    /** Seconds by phase: publish, rollout, reward, reference, update, checkpoint. */
    readonly phases: { readonly [name: string]: number };
  };
  readonly evaluation: {
    /** Of workers, repeated deliveries included. */
    readonly seconds: number;
    /** Seconds by message: generate-shard, verify-shard. */
    readonly stages: { readonly [name: string]: number };
    /** Of what Lambda bills: seconds by memory, and invocations; null where workers are not billed. */
    readonly usd: number | null;
  };
  /** Of the steps whose hour had a price, ONESHOT_USD_PER_HOUR; null where none had. */
  readonly usd: number | null;
  /** Those that a clock has seen: when each was over, and how long it took. */
  readonly steps: readonly {
    readonly step: number;
    readonly at: string | null;
    readonly seconds: number;
  }[];
};

export type ProblemHistory = {
  readonly run: string;
  readonly problem: string;
  readonly question: string;
  readonly gold: string | readonly string[];
  readonly checkpoints: readonly {
    readonly step: number;
    readonly evaluation: string;
    readonly grader: 'reward' | 'benchmark' | 'paper-train' | 'paper-eval' | 'format';
    /** Those that are scored. */
    readonly samples: readonly {
      readonly sample: number;
      readonly tokens: number;
      readonly truncated: boolean;
      readonly verdict: 'correct' | 'incorrect' | 'no-answer' | 'too-hard';
      readonly extracted: string | null;
      readonly reason: string;
    }[];
  }[];
};

export type ModelListItem = {
  readonly model: string;
  /** When it was stored last. */
  readonly createdAt: string;
  /** unused: no run and no evaluation names it, as one that was pushed and not asked for yet. */
  readonly state: 'used' | 'unused' | 'damaged';
  /** Of its files, which other models may share; null where damage hides it. */
  readonly sizeBytes: number | null;
  readonly users: readonly ModelUser[];
};

/** A run, as what the model is to it, or an evaluation. */
export type ModelUser =
  | {
      readonly kind: 'base' | 'fork';
      readonly run: string;
    }
  | {
      readonly kind: 'checkpoint';
      readonly run: string;
      readonly step: number;
    }
  | {
      readonly kind: 'evaluation';
      readonly evaluation: string;
    };

export type DeadLetter = {
  /** The evaluation whose messages died, or the sha256 of a message that no stage accepts. */
  readonly letter: string | string;
  readonly kind: 'evaluation' | 'message';
  /** null where the message names none. */
  readonly evaluation: string | null;
  readonly round: number | null;
  /** Codes of errors, and how many shards or messages ended so. */
  readonly reasons: { readonly [name: string]: number };
  /** What that means; of a message, how it begins. */
  readonly detail: string;
  /** Why it cannot be redriven, as it stands; null where it can. */
  readonly obstacle: 'letter-cancelled' | 'letter-unreadable' | null;
  /** It was put back on its queue already, once at least. */
  readonly redriven: boolean;
};

export type Redriven = {
  readonly letter: string | string;
  readonly evaluation: string | null;
  /** The round that is worked on now: of an evaluation the next one. */
  readonly round: number | null;
};

/** By operation: what it takes, parameters of path and query side by side, and what it answers. */

export interface Operations {
  /** Whether the API answers, and its workers work */
  readonly readHealth: {
    readonly input: Readonly<Record<string, never>>;
    readonly output: {
      /** degraded: it answers, but what is asked for is not worked on for the moment. */
      readonly status: 'ok' | 'degraded';
      readonly version: string;
      /** Why it is degraded. */
      readonly reason?: string | undefined;
    };
  };
  /** Evaluate a stored model */
  readonly requestEvaluation: {
    readonly input: {
      readonly body: EvaluationBody;
    };
    readonly output: Evaluation;
  };
  /** Evaluations, newest first */
  readonly listEvaluations: {
    readonly input: {
      /** `next` of the page before. */
      readonly cursor?: string | undefined;
      readonly limit?: number | undefined;
      /** Only evaluations of checkpoints of this run. */
      readonly run?: string | undefined;
      readonly model?: string | undefined;
      readonly benchmark?: string | undefined;
      readonly status?: 'planning' | 'running' | 'done' | 'refused' | 'cancelled' | 'damaged' | undefined;
    };
    readonly output: {
      readonly items: readonly EvaluationListItem[];
      /** On all pages together; null where counting them would mean to read them all. */
      readonly total: number | null;
      /** Cursor of the next page; null on the last. */
      readonly next: string | null;
    };
  };
  /** Status, coverage and scores */
  readonly readEvaluation: {
    readonly input: {
      readonly evaluation: string;
    };
    readonly output: Evaluation;
  };
  /** Run failed shards again, as the next round */
  readonly retryEvaluation: {
    readonly input: {
      readonly evaluation: string;
      readonly body?: RetryBody | undefined;
    };
    readonly output: Evaluation;
  };
  /** End the round; what has not begun is left out */
  readonly cancelEvaluation: {
    readonly input: {
      readonly evaluation: string;
    };
    readonly output: Evaluation;
  };
  /** Completions with their verdicts */
  readonly listSamples: {
    readonly input: {
      readonly evaluation: string;
      /** `next` of the page before. */
      readonly cursor?: string | undefined;
      readonly limit?: number | undefined;
      readonly benchmark?: string | undefined;
      readonly problem?: string | undefined;
      /** `no-answer`: those without one. */
      readonly verdict?: 'correct' | 'incorrect' | 'no-answer' | 'too-hard' | undefined;
      /** Whose verdicts; by default those of `reward`, else of the first of the evaluation. */
      readonly grader?: 'reward' | 'benchmark' | 'paper-train' | 'paper-eval' | 'format' | undefined;
      /** Whether some graders call it correct and others do not. */
      readonly disagree?: boolean | undefined;
      readonly truncated?: boolean | undefined;
      /** Whether it is not correct although a box of it holds the reference answer as written. */
      readonly suspect?: boolean | undefined;
      readonly level?: number | null | undefined;
      readonly minTokens?: number | null | undefined;
      readonly maxTokens?: number | null | undefined;
      /** What the completion or the question holds, in any case. */
      readonly q?: string | undefined;
    };
    readonly output: {
      readonly items: readonly Sample[];
      /** On all pages together; null where counting them would mean to read them all. */
      readonly total: number | null;
      /** Cursor of the next page; null on the last. */
      readonly next: string | null;
      /** Cursor of the page before; null on the first, and where `total` is. */
      readonly previous: string | null;
      /** How many come before this page; null where `total` is. */
      readonly before: number | null;
      /** null where `total` is. */
      readonly counts: {
        /** By value: how many there would be with this filter at that value, the others as they are. */
        readonly benchmark: { readonly [name: string]: number };
        /** By value: how many there would be with this filter at that value, the others as they are. */
        readonly verdict: { readonly [name: string]: number };
        /** By value: how many there would be with this filter at that value, the others as they are. */
        readonly truncated: { readonly [name: string]: number };
        /** By value: how many there would be with this filter at that value, the others as they are. */
        readonly disagree: { readonly [name: string]: number };
        /** By value: how many there would be with this filter at that value, the others as they are. */
        readonly suspect: { readonly [name: string]: number };
        /** By value: how many there would be with this filter at that value, the others as they are. */
        readonly level: { readonly [name: string]: number };
      } | null;
    };
  };
  /** One completion with the verdicts of all graders */
  readonly readSample: {
    readonly input: {
      readonly evaluation: string;
      readonly benchmark: string;
      readonly problem: string;
      readonly sample: number;
    };
    readonly output: SampleDetail;
  };
  /** How much better the other evaluation is */
  readonly compareEvaluations: {
    readonly input: {
      readonly evaluation: string;
      readonly other: string;
      /** By default reward, else the first that both have. */
      readonly grader?: 'reward' | 'benchmark' | 'paper-train' | 'paper-eval' | 'format' | undefined;
      /** Differences up to here do not matter, a share. */
      readonly margin?: number | undefined;
    };
    readonly output: Comparison;
  };
  /** How much better each of several evaluations is */
  readonly compareSeveral: {
    readonly input: {
      readonly evaluation: string;
      /** By default reward, else the first that both have. */
      readonly grader?: 'reward' | 'benchmark' | 'paper-train' | 'paper-eval' | 'format' | undefined;
      /** Differences up to here do not matter, a share. */
      readonly margin?: number | undefined;
      /** Evaluations with commas between them, 20 at most. */
      readonly others: string;
    };
    readonly output: {
      readonly items: readonly Comparison[];
    };
  };
  /** Where readers disagree with a grader */
  readonly listNotes: {
    readonly input: {
      readonly evaluation: string;
      /** `next` of the page before. */
      readonly cursor?: string | undefined;
      readonly limit?: number | undefined;
    };
    readonly output: {
      readonly items: readonly Note[];
      /** On all pages together; null where counting them would mean to read them all. */
      readonly total: number | null;
      /** Cursor of the next page; null on the last. */
      readonly next: string | null;
    };
  };
  /** Disagree with a grader's verdict on a sample */
  readonly writeNote: {
    readonly input: {
      readonly evaluation: string;
      readonly benchmark: string;
      readonly problem: string;
      readonly sample: number;
      readonly body: NoteBody;
    };
    readonly output: Note;
  };
  /** Judge answers against reference answers */
  readonly verifyAnswers: {
    readonly input: {
      readonly body:
        | readonly VerifyCase[]
        | {
            readonly cases: readonly VerifyCase[];
          };
    };
    readonly output: readonly VerifyResult[];
  };
  /** Training runs, newest first */
  readonly listRuns: {
    readonly input: {
      /** `next` of the page before. */
      readonly cursor?: string | undefined;
      readonly limit?: number | undefined;
      readonly recipe?: string | undefined;
      readonly state?:
        | 'new'
        | 'training'
        | 'failed'
        | 'stopped'
        | 'unfinished'
        | 'scoring'
        | 'finished'
        | 'damaged'
        | undefined;
      /** What the name of the run holds. */
      readonly q?: string | undefined;
    };
    readonly output: {
      readonly items: readonly RunListItem[];
      /** On all pages together; null where counting them would mean to read them all. */
      readonly total: number | null;
      /** Cursor of the next page; null on the last. */
      readonly next: string | null;
    };
  };
  /** Curves of a run: metrics of its steps, scores of its checkpoints */
  readonly readRun: {
    readonly input: {
      readonly run: string;
    };
    readonly output: Run;
  };
  /** Steps that a run has done, oldest first */
  readonly listSteps: {
    readonly input: {
      readonly run: string;
      /** `next` of the page before. */
      readonly cursor?: string | undefined;
      readonly limit?: number | undefined;
    };
    readonly output: {
      readonly items: readonly StepListItem[];
      /** On all pages together; null where counting them would mean to read them all. */
      readonly total: number | null;
      /** Cursor of the next page; null on the last. */
      readonly next: string | null;
    };
  };
  /** What a training step sampled, by prompt */
  readonly listRollouts: {
    readonly input: {
      readonly run: string;
      readonly step: number;
      /** `next` of the page before. */
      readonly cursor?: string | undefined;
      readonly limit?: number | undefined;
      /** Exactly this reward. */
      readonly reward?: number | null | undefined;
      readonly verdict?: 'correct' | 'incorrect' | 'no-answer' | 'too-hard' | undefined;
      readonly truncated?: boolean | undefined;
      /** One group alone. */
      readonly row?: number | null | undefined;
      /** What the completion holds, in any case. */
      readonly q?: string | undefined;
    };
    readonly output: {
      readonly items: readonly RolloutGroup[];
      /** On all pages together; null where counting them would mean to read them all. */
      readonly total: number | null;
      /** Cursor of the next page; null on the last. */
      readonly next: string | null;
      readonly run: string;
      readonly step: number;
      readonly previous: number | null;
      readonly following: number | null;
      readonly metrics: { readonly [name: string]: number };
      /** All groups of the step, whatever the filters. */
      readonly outline: readonly {
        readonly row: number;
        readonly example: string;
        readonly correct: number;
        /** Every advantage is 0, so that it teaches nothing. */
        readonly dead: boolean;
        readonly rewards: readonly number[];
      }[];
      /** Rollouts of the step. */
      readonly samples: number;
      /** Those that pass the filters. */
      readonly matches: number;
      readonly counts: {
        /** By value: how many there would be with this filter at that value, the others as they are. */
        readonly reward: { readonly [name: string]: number };
        /** By value: how many there would be with this filter at that value, the others as they are. */
        readonly verdict: { readonly [name: string]: number };
        /** By value: how many there would be with this filter at that value, the others as they are. */
        readonly truncated: { readonly [name: string]: number };
      };
    };
  };
  /** What the drivers of a run have said, oldest first */
  readonly listLog: {
    readonly input: {
      readonly run: string;
      /** `next` of the page before. */
      readonly cursor?: string | undefined;
      readonly limit?: number | undefined;
    };
    readonly output: {
      readonly items: readonly LogItem[];
      /** On all pages together; null where counting them would mean to read them all. */
      readonly total: number | null;
      /** Cursor of the next page; null on the last. */
      readonly next: string | null;
      /** Cursor behind the last item, for what is said from then on; null where there is no log. */
      readonly end: string | null;
    };
  };
  /** Seconds that a run has taken so far */
  readonly readCost: {
    readonly input: {
      readonly run: string;
    };
    readonly output: RunCost;
  };
  /** What the checkpoints of a run made of one problem */
  readonly readProblem: {
    readonly input: {
      readonly run: string;
      readonly benchmark: string;
      readonly problem: string;
      /** The first of each evaluation by default. */
      readonly grader?: 'reward' | 'benchmark' | 'paper-train' | 'paper-eval' | 'format' | undefined;
    };
    readonly output: ProblemHistory;
  };
  /** Stored models, newest first */
  readonly listModels: {
    readonly input: {
      /** `next` of the page before. */
      readonly cursor?: string | undefined;
      readonly limit?: number | undefined;
    };
    readonly output: {
      readonly items: readonly ModelListItem[];
      /** On all pages together; null where counting them would mean to read them all. */
      readonly total: number | null;
      /** Cursor of the next page; null on the last. */
      readonly next: string | null;
    };
  };
  /** What no worker managed to handle */
  readonly listDeadLetters: {
    readonly input: Readonly<Record<string, never>>;
    readonly output: {
      readonly items: readonly DeadLetter[];
    };
  };
  /** Put a dead letter back on its queue */
  readonly redriveDeadLetter: {
    readonly input: {
      readonly letter: string | string;
    };
    readonly output: Redriven;
  };
}

/** Where each operation is. */

export const routes = {
  readHealth: { method: 'GET', path: '/healthz' },
  requestEvaluation: { method: 'POST', path: '/v1/evaluations' },
  listEvaluations: { method: 'GET', path: '/v1/evaluations' },
  readEvaluation: { method: 'GET', path: '/v1/evaluations/{evaluation}' },
  retryEvaluation: { method: 'POST', path: '/v1/evaluations/{evaluation}/retry' },
  cancelEvaluation: { method: 'POST', path: '/v1/evaluations/{evaluation}/cancel' },
  listSamples: { method: 'GET', path: '/v1/evaluations/{evaluation}/samples' },
  readSample: { method: 'GET', path: '/v1/evaluations/{evaluation}/samples/{benchmark}/{problem}/{sample}' },
  compareEvaluations: { method: 'GET', path: '/v1/evaluations/{evaluation}/compare/{other}' },
  compareSeveral: { method: 'GET', path: '/v1/evaluations/{evaluation}/compare' },
  listNotes: { method: 'GET', path: '/v1/evaluations/{evaluation}/notes' },
  writeNote: {
    method: 'POST',
    path: '/v1/evaluations/{evaluation}/samples/{benchmark}/{problem}/{sample}/notes',
  },
  verifyAnswers: { method: 'POST', path: '/v1/verify' },
  listRuns: { method: 'GET', path: '/v1/runs' },
  readRun: { method: 'GET', path: '/v1/runs/{run}' },
  listSteps: { method: 'GET', path: '/v1/runs/{run}/steps' },
  listRollouts: { method: 'GET', path: '/v1/runs/{run}/steps/{step}/rollouts' },
  listLog: { method: 'GET', path: '/v1/runs/{run}/log' },
  readCost: { method: 'GET', path: '/v1/runs/{run}/cost' },
  readProblem: { method: 'GET', path: '/v1/runs/{run}/problems/{benchmark}/{problem}' },
  listModels: { method: 'GET', path: '/v1/models' },
  listDeadLetters: { method: 'GET', path: '/v1/dead-letters' },
  redriveDeadLetter: { method: 'POST', path: '/v1/dead-letters/{letter}/redrive' },
} as const satisfies Record<keyof Operations, { method: string; path: string }>;
