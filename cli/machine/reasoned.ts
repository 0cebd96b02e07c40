/** What a machine decides, and why, as a part of a sentence. */
export interface Reasoned<Value> {
  readonly value: Value;
  readonly reason: string;
}
