/** The data of a table in one backup. */
export interface TableState {
  readonly timestamp: string;
  readonly rows: number;
  /** As stored; of a single data file before compression. */
  readonly bytes: number;
  readonly isBeforeCompression: boolean;
  /** The largest segment's part over the average; undefined without data. */
  readonly skew: number | undefined;
}

/** How a table has developed over the backups that contain its data. */
export interface TableTrend {
  readonly database: string;
  readonly schema: string;
  readonly name: string;
  readonly latest: TableState;
  readonly earliest: TableState;
  /** Backups with its data. */
  readonly backups: number;
  /** Its rows in them, the earliest first; empty for tables that were small. */
  readonly series: readonly { readonly timestamp: string; readonly rows: number }[];
}

/** Table and its state, as one backup shows them. */
export interface SeenTable extends TableState {
  readonly schema: string;
  readonly name: string;
}

interface Trend {
  readonly database: string;
  readonly schema: string;
  readonly name: string;
  readonly latest: TableState;
  earliest: TableState;
  backups: number;
  readonly series: { readonly timestamp: string; readonly rows: number }[] | undefined;
}

/** Tables that are followed at all, and tables of a database whose rows are remembered for each backup. */
const MOST_TABLES = 200_000;
const MOST_SERIES = 200;

/** Follows tables over backups, which come the latest first. */
export class TableTrends {
  readonly #trends = new Map<string, Trend>();
  readonly #databases = new Set<string>();

  add(database: string, tables: readonly SeenTable[]): void {
    if (tables.length === 0) return;
    const isFirst = !this.#databases.has(database);
    this.#databases.add(database);
    const large = new Set(isFirst ? tables.toSorted(bySize).slice(0, MOST_SERIES) : []);
    for (const table of tables) {
      const { schema, name, ...state } = table;
      const id = JSON.stringify([database, schema, name]);
      const { timestamp, rows } = state;
      const trend = this.#trends.get(id);
      if (trend !== undefined) {
        trend.earliest = state;
        trend.backups += 1;
        trend.series?.push({ timestamp, rows });
      } else if (this.#trends.size < MOST_TABLES) {
        const series = large.has(table) ? [{ timestamp, rows }] : undefined;
        this.#trends.set(id, { database, schema, name, latest: state, earliest: state, backups: 1, series });
      }
    }
  }

  get count(): number {
    return this.#trends.size;
  }

  /** The largest ones, and those with the most skew and growth among the rest; `most` of each at most. */
  top(most: number): readonly TableTrend[] {
    const all = [...this.#trends.values()];
    const few = Math.ceil(most / 5);
    const chosen = new Set([
      ...all.toSorted((one, other) => bySize(one.latest, other.latest)).slice(0, most),
      ...all.toSorted((one, other) => (other.latest.skew ?? 0) - (one.latest.skew ?? 0)).slice(0, few),
      ...all.toSorted((one, other) => growthOf(other) - growthOf(one)).slice(0, few),
    ]);
    return [...chosen]
      .toSorted((one, other) => bySize(one.latest, other.latest))
      .map((trend) => ({ ...trend, series: trend.series?.toReversed() ?? [] }));
  }
}

function bySize(one: Pick<TableState, 'bytes' | 'rows'>, other: Pick<TableState, 'bytes' | 'rows'>): number {
  return other.bytes - one.bytes || other.rows - one.rows;
}

function growthOf({ latest, earliest }: Trend): number {
  return latest.rows - earliest.rows;
}
