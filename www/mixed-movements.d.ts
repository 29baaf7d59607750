/**
 * Types of `widget.js`: the JavaScript API and the element `<mixed-movements>`.
 * Names are a contract: later versions may add fields, never change them.
 *
 * Every error is an `Error` with `code`, `message`, and `path`, the place in the file or the query, else empty.
 */

/** Loads the program, once per page. */
export default function init(): Promise<void>;
/** Fetches a snapshot with progress and integrity, and parses it; awaits `init()`. */
export function open(url: string, o?: OpenOptions): Promise<Snapshot>;
/** Parses a snapshot. Before `init()` is done it throws an error with code `not-ready`. */
export function parse(bytes: Uint8Array, o?: OpenOptions): Snapshot;
/** Fetches a language, so that `sentences` and `svg` can speak it. English is built in; `open` fetches the page's. */
export function loadLanguage(lang: string): Promise<void>;
/** Fetches the shapes of places, so that `svg` can draw maps; `open` does so itself. */
export function loadShapes(): Promise<void>;

export interface OpenOptions {
  /** As in HTML, for example `sha384-…`. */
  integrity?: string;
  /** 128 MB unless said otherwise. */
  maxBytes?: number;
  onProgress?(loaded: number, total?: number): void;
  /** What the host knows to hold for a dimension where the publisher declared nothing. */
  additivity?: Record<string, "sum" | "last" | "overlap" | "none">;
  signal?: AbortSignal;
  /**
   * The publisher's public key, as `snapshot keys` prints it; several of which one must fit. The signature is
   * fetched beside the file; one that does not fit is an error with code `signature`. For `open` alone.
   */
  publicKey?: string | string[];
}

export class Snapshot {
  private constructor();
  readonly edition?: string;
  readonly label?: string;
  readonly updated?: string;
  readonly publisher?: string;
  /** Whether the figures are made up to show a feature. */
  readonly illustrative: boolean;
  /** Of the file's bytes, in hexadecimal digits. */
  readonly sha256: string;
  /** What was found of the publisher's signature; `undefined` where no `publicKey` was given. */
  readonly signature?: "verified" | "unsigned" | "unchecked";
  /** Where figures were printed, by the ids that cells name. */
  readonly sources: Record<string, { title: string; publisher?: string; href?: string; date?: string }>;
  /** What is odd about the file. */
  readonly findings: { message: string; path: string }[];
  readonly datasets: DatasetInfo[];
  dataset(id: string | number): Dataset;
  /** `datasets` with the names that readers of a language get; the page's where none is named. */
  describe(lang?: string): DatasetInfo[];
  /** Frees at once; a dataset used after it throws `freed`. Results stay valid. */
  free(): void;
}

export class Dataset {
  private constructor();
  readonly info: DatasetInfo;
  query(q: Query): Result;
  sentences(q: Query, lang?: string): string[];
  csv(q: Query): string;
  svg(q: Query, chart: ChartKind, o?: ChartOptions): string;
  free(): void;
}

export interface Query {
  /** May be left out where there is one; otherwise `which-measure`. */
  measure?: string;
  /** Codes, positions, or an inclusive range. An unknown code is `unknown-code`; an empty array selects nothing. */
  where?: { [dimension: string]: string[] | Uint32Array | { from?: string; to?: string } };
  /** Groupings, answered at once: `[["month"], ["country"], []]`. */
  by?: string[][];
  /** Each grouping ignores the filters on its own dimensions. */
  linked?: boolean;
  /** For the grouping by that dimension alone: largest first, ties in category order, cells without a value left out. */
  top?: { [dimension: string]: number };
}

export interface Result {
  /** One per grouping, in order. */
  groups: Group[];
}

/** The columns of a result are views of one buffer: copy one (`slice()`) before its buffer is transferred elsewhere. */
export interface Group {
  by: string[];
  /** NaN: no value. */
  values: Float64Array;
  /** `by.length` category positions per value, row-major. */
  positions: Uint32Array;
  /** Observed parts. */
  observed: Uint32Array;
  /** All parts. */
  of: Uint32Array;
  /** Bounds where a sum was refused; NaN: none or open. */
  lower?: Float64Array;
  upper?: Float64Array;
  /** Positions as codes; made when first read. */
  readonly keys: string[][];
  /** For each cell with a status, note, refusal, period, missing parts, or a published or assumed value; made when first read. */
  readonly cells: CellInfo[];
}

export interface CellInfo {
  index: number;
  status?: string[];
  notes?: string[];
  /** In the order of `notes`. */
  noteIds?: string[];
  published?: boolean;
  assumed?: boolean;
  illustrative?: boolean;
  period?: string;
  /** Between what the true figure lies, where it was printed so or follows from rounding. */
  range?: [number, number];
  sources?: string[];
  reducer?: string;
  refusals?: {
    reason: "overlap" | "none" | "unknown";
    /** The reason in the terms of the literature on summarizability. */
    term: "not disjoint" | "not additive" | "not declared";
    dimension: string;
    message: string;
  }[];
  /** Parts are missing: the literature's "incomplete". How many, `observed` and `of` of the group say. */
  incomplete?: boolean;
  /** A part is withheld as a small count: there is no value, only a `range`. */
  suppressed?: boolean;
  /** What is valid instead of a refused total; in groups of up to 100 cells. */
  alternatives?: {
    kind: "category" | "last-period" | "published-total" | "bounds";
    dimension?: string;
    category?: string;
    value?: number;
    lower?: number;
    upper?: number;
    /** Of how many parts the value is, and how many there are: with fewer, it is at least so much. */
    observed?: number;
    of?: number;
  }[];
  /** Categories that stand for others, which are not added to them. */
  standIns?: { dimension: string; category: string; children: string[] }[];
}

export interface DatasetInfo {
  id: string;
  label: string;
  updated?: string;
  illustrative: boolean;
  dimensions: {
    id: string;
    label: string;
    role: "geo" | "time" | "metric" | "classification";
    /** The attribute of the element that filters by it; of time the first of two. */
    attribute: "country" | "from" | "nationality" | "where" | "measure";
    categories: { code: string; label: string; parent?: string }[];
  }[];
  measures: {
    id: string;
    label: string;
    unit?: string;
    kind: "flow" | "stock" | "rate" | "unknown";
    counts?: string;
    additivity: Record<string, "sum" | "last" | "overlap" | "none" | "unknown">;
  }[];
  /** What the publisher calls each status code. */
  statusLabels: Record<string, string>;
}

export type ChartKind = "trend" | "years" | "bars" | "ranking" | "share" | "heatmap" | "map" | "multiples" | "sparkline";

export interface ChartOptions {
  width?: number;
  height?: number;
  lang?: string;
  theme?: "light" | "dark";
  /** The dimension of series or categories; the kind chooses one where it is absent. */
  by?: string;
  /** Whether title, notes and sources stand inside; `true` unless said otherwise. */
  title?: boolean;
  /** Whether the lines of `trend` run up: each figure is the sum from the first period. Where that may not be, `unfit`. */
  running?: boolean;
}

/** `<mixed-movements>`. Properties reflect attributes; lists and objects become their written form. */
export interface MixedMovementsElement extends HTMLElement {
  src: string | null;
  measure: string | null;
  view: ChartKind | "figures" | "sentences" | "table" | "full" | null;
  /** Codes of the geo dimension, with spaces between. */
  get country(): string | null;
  set country(value: string | string[] | null);
  from: string | null;
  to: string | null;
  get nationality(): string | null;
  set nationality(value: string | string[] | null);
  get where(): string | null;
  set where(value: string | Record<string, string[]> | null);
  /** The kind of chart in which the months were chosen; it goes on showing the others. */
  brush: ChartKind | null;
  /** What is picked in panels of the page: `trend:heatmap;bars:map`, `trend:running`. */
  kinds: string | null;
  /** Filters to compare with, as `country:BIH;from:2019-01;to:2019-12`, or `all`. */
  compare: string | null;
  /** The column that orders the table, with `-` before it from the largest. */
  sort: string | null;
  /** What the rows of the table must have in their name. */
  find: string | null;
  theme: "light" | "dark" | "auto" | null;
  get controls(): string | null;
  set controls(value: "on" | "off" | boolean | null);
  edition: string | null;
  get additivity(): string | null;
  set additivity(value: string | Record<string, "sum" | "last" | "overlap" | "none"> | null);
  height: string | number | null;
}

declare global {
  interface HTMLElementTagNameMap {
    "mixed-movements": MixedMovementsElement;
  }
  interface HTMLElementEventMap {
    "mixed-movements:ready": CustomEvent;
    "mixed-movements:change": CustomEvent;
    "mixed-movements:select": CustomEvent;
    "mixed-movements:download": CustomEvent;
    "mixed-movements:error": CustomEvent<{ code: string; message: string; path?: string }>;
  }
}
