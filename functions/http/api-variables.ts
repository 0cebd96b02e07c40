/** What is known of a request beside itself. */
export interface ApiVariables {
  readonly Variables: {
    /** Names the request. */
    requestId: string;
    /** Hash of the token, once it is looked at: who asks. */
    client: string;
  };
}
