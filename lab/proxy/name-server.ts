/** What a name server does with a question. */
export type NameServerMood =
  /** Every name is 127.0.0.1. */
  | 'answers'
  /** SERVFAIL: it has a problem of its own. */
  | 'fails'
  /** NXDOMAIN: there is no such name. */
  | 'denies'
  | 'is silent';

/** A name server for a resolv.conf; those name an address but no port. */
export interface NameServer {
  readonly address: string;
  mood: NameServerMood;
  /** Questions so far. */
  readonly asked: number;
  stop(): void;
}

const DNS_PORT = 53;
const HEADER_LENGTH = 12;
const TYPE_A = 1;
/** An answer to a question (RFC 1035, section 4.1.1), with recursion. */
const ANSWER_FLAGS = 0x8180;
const CODES: Readonly<Record<NameServerMood, number>> = { answers: 0, fails: 2, denies: 3, 'is silent': 0 };
/** The name of the question again, class IN, no time to live, 127.0.0.1. */
const LOOPBACK_RECORD = Buffer.from([0xc0, HEADER_LENGTH, 0, TYPE_A, 0, 1, 0, 0, 0, 0, 0, 4, 127, 0, 0, 1]);

/**
 * Starts a name server on an address of the loopback network.
 * @throws when the port can't be had: it takes the rights of root
 */
export async function startNameServer(address: string, mood: NameServerMood): Promise<NameServer> {
  const server = { address, mood, asked: 0, stop: (): void => socket.close() };
  const socket = await Bun.udpSocket({
    hostname: address,
    port: DNS_PORT,
    socket: {
      data: (from, question, port, host) => {
        server.asked += 1;
        if (server.mood !== 'is silent') from.send(answerTo(Buffer.from(question), server.mood), port, host);
      },
    },
  });
  return server;
}

function answerTo(question: Buffer, mood: NameServerMood): Buffer {
  let end = HEADER_LENGTH;
  while ((question[end] ?? 0) !== 0) end += (question[end] ?? 0) + 1;
  const type = question.readUInt16BE(end + 1);
  const hasRecord = mood === 'answers' && type === TYPE_A;
  const header = Buffer.alloc(HEADER_LENGTH);
  question.copy(header, 0, 0, 2);
  header.writeUInt16BE(ANSWER_FLAGS | CODES[mood], 2);
  header.writeUInt16BE(1, 4);
  header.writeUInt16BE(hasRecord ? 1 : 0, 6);
  const asked = question.subarray(HEADER_LENGTH, end + 5);
  return Buffer.concat([header, asked, ...(hasRecord ? [LOOPBACK_RECORD] : [])]);
}
