/** How far a run is, by rows and bytes, per table and whole; rate, ETA and liveness are derived where shown. */

export interface OperationProgress {
  readonly phase: string;
  readonly table: string | null;
  readonly rows: number;
  readonly bytes: number;
  readonly totalRows: number | null;
  readonly totalBytes?: number | null;
  /** Which signal throttles, where one does: `replica lag`, `lock waits`. */
  readonly throttle?: string | null;
}
