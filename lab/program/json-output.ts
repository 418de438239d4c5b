import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';

const FOLDER = join(import.meta.dir, '..', '..', 'docs', 'json');

/** A JSON Schema, as far as this file looks at it. */
export type Schema = Readonly<Record<string, unknown>>;

/** Words of JSON Schema whose value is a schema, a list of schemas, or schemas by names. */
const OF_ONE = new Set(['items', 'additionalProperties', 'not', 'if', 'then', 'else', 'contains']);
const OF_SEVERAL = new Set(['allOf', 'anyOf', 'oneOf', 'prefixItems']);
const OF_NAMED = new Set(['properties', '$defs', 'patternProperties', 'dependentSchemas']);

/** What `--json` prints. */
export interface Envelope<Result = unknown> {
  readonly version: string;
  readonly command: string;
  readonly result: Result;
  readonly warnings: readonly string[];
}

/** `docs/json/NAME.schema.json`. A command and its `_parallel` form share one. */
export function schemaPath(command: string): string {
  return join(FOLDER, `${command.replace(/_parallel$/, '')}.schema.json`);
}

/** The schema of what a command prints with `--json`, or undefined. */
export function schemaOf(command: string): Schema | undefined {
  const path = schemaPath(command);
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Schema) : undefined;
}

/**
 * Compiles a schema as consumers do.
 * @throws when it is not a valid schema, or has a word that JSON Schema does not know.
 */
export function compiled(schema: Schema): ValidateFunction {
  return new Ajv2020({ strict: true, strictRequired: false, allowUnionTypes: true, allErrors: true }).compile(
    schema,
  );
}

/**
 * The same schema, in which an object has no properties but those that are described. An object of which nothing is
 * described may have any, where `additionalProperties` says so: maps, documents of another standard.
 */
export function closed(schema: unknown): unknown {
  if (typeof schema !== 'object' || schema === null) return schema;
  const copy: Record<string, unknown> = {};
  for (const [word, part] of Object.entries(schema) as [string, unknown][]) {
    if (OF_NAMED.has(word)) {
      const named = Object.entries(part as Schema).map(([name, one]) => [name, closed(one)]);
      copy[word] = Object.fromEntries(named);
    } else if (OF_SEVERAL.has(word)) copy[word] = (part as unknown[]).map(closed);
    else copy[word] = OF_ONE.has(word) ? closed(part) : part;
  }
  const { type, properties, additionalProperties: others } = copy;
  const isObject = properties !== undefined || [type].flat().includes('object');
  if (isObject && (others === undefined || (others === true && properties !== undefined)))
    copy['additionalProperties'] = false;
  return copy;
}

/** What is wrong with what a command printed: one line each, with the place in it. */
export function jsonProblems(command: string, printed: string): readonly string[] {
  const schema = schemaOf(command);
  if (schema === undefined) return [`docs/json has no schema of ${command}`];
  if (!/^[^\n]+\n$/.test(printed)) return [`${command} printed more or less than one line`];
  const output: unknown = JSON.parse(printed);
  const named = (output as Partial<Envelope>).command;
  const validate = compiled(closed(schema) as Schema);
  const fits = validate(output);
  return [
    ...(named === command ? [] : [`the command is ${JSON.stringify(named)}, not ${command}`]),
    ...(fits ? [] : (validate.errors ?? [])).map(
      ({ instancePath, message, params }) => `${instancePath}: ${message ?? ''} ${JSON.stringify(params)}`,
    ),
  ];
}

/**
 * What a command printed with `--json`, after it was compared with `docs/json/COMMAND.schema.json`.
 * @throws when it does not fit to the schema, or has a property that the schema does not describe.
 */
export function expectJson<Result = unknown>(command: string, stdout: string | Uint8Array): Envelope<Result> {
  const text = typeof stdout === 'string' ? stdout : Buffer.from(stdout).toString();
  const problems = jsonProblems(command, text);
  if (problems.length > 0) {
    throw new Error(`${command} --json: ${problems.join('; ')}\n${text.slice(0, 2000)}`);
  }
  return JSON.parse(text) as Envelope<Result>;
}
