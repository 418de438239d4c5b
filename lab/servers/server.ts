/** What a request is signed with. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** How a running server is addressed, and in whose name. */
export interface ServerAccess extends Credentials {
  /** http://127.0.0.1:PORT or https://127.0.0.1:PORT */
  readonly endpoint: string;
  readonly region: string;
  /** BUCKET.domain as host addresses a bucket; absent where the server knows path style only. */
  readonly domain?: string;
  /** A PEM file with the authority to trust; present with https. */
  readonly ca?: string;
  /** A key for SSE-KMS, where the server has one. */
  readonly kmsKeyId?: string;
  /** A role that the key may assume, where the server has roles of its own. */
  readonly roleArn?: string;
  /** The same buckets at an address with a path, which is signed; where the server can be set up with one. */
  readonly pathEndpoint?: string;
  /** A user of a tenant, where the server has tenants; its buckets are called `NAME:BUCKET`. */
  readonly tenant?: Credentials & { readonly name: string };
  /** Users with fewer rights, where the server has them. */
  readonly users?: Readonly<Record<'readOnly' | 'writeOnly', Credentials>>;
}

/** A server that runs. */
export interface RunningServer extends ServerAccess {
  /**
   * SIGKILL to what speaks S3. A store that runs behind it in processes of its own (Ceph) goes on; one inside it dies
   * too.
   */
  kill(): Promise<void>;
  /** Kills it if it runs, starts it again on the same port and data, and waits until it takes a signed PUT. */
  restart(): Promise<void>;
  /** Afterwards nothing is left: no process, no folder, no socket. */
  stop(): Promise<void>;
}

/** A server that can be installed and started. */
export interface ServerProgram {
  /** As `npm run test:servers -- NAME` takes it. */
  readonly name: string;
  /** The exact version that is installed. */
  readonly version: string;
  /** Product, version and way of running in a table for people. */
  readonly title: string;
  /** Whether every CI run has to have it. */
  readonly inEveryRun: boolean;
  /** False where objects live in the memory of the process, and die with it. */
  readonly keepsData: boolean;
  /**
   * Puts the program into the cache folder, or the package into the system; done already, it takes no time.
   * @throws NotInstallable
   */
  install(): Promise<void>;
  /**
   * On free ports of loopback, with its data in a temporary folder. Resolves when a signed PUT succeeded.
   * `install` must have succeeded before.
   */
  start(): Promise<RunningServer>;
}

/** A server can't be installed on this machine: its name and the reason, in words for a person. */
export class NotInstallable extends Error {
  override readonly name = 'NotInstallable';

  constructor(what: string, reason: string, cause?: unknown) {
    super(`${what} can't be installed: ${reason}`, cause === undefined ? undefined : { cause });
  }
}
