/** What one program measured of some steps; medians over steps. */
export interface Turn {
  readonly stepSeconds: number;
  readonly rolloutTokensPerSecond: number;
  readonly updateTokensPerSecond: number;
  readonly foreignPercent: number;
  readonly peakRssBytes: number;
}
