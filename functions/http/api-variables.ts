/** What is known of a request once its token is. */
export interface ApiVariables {
  readonly Variables: {
    /** Hash of the token: who asks. */
    client: string;
  };
}
