import { formatSize } from '../base/bytes.ts';
import { formatDuration } from '../base/duration.ts';
import { LEAST_RATE, MOST_RATE } from '../base/timetable.ts';
import { REMOTE } from './options/second-site.ts';
import { OPTION_NAMES, OPTIONS, type OptionDefinition } from './options.ts';
import { REFERENCE } from './outside/reference.ts';
import { SWITCHES } from './second-options.ts';

/** A JSON Schema, or a part of one. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** How an option is written that is not set: gpbackup writes an empty text, people leave the value out. */
const UNSET: readonly JsonSchema[] = [{ type: 'null' }, { type: 'string', pattern: '^\\s*$' }];

/** A value that is in the environment. */
const VARIABLE: JsonSchema = { type: 'string', pattern: REFERENCE };

const BYTE = '[Bb][Yy][Tt][Ee][Ss]?';
const LONG_UNIT = `([Kk][Ii][Ll][Oo]|[Mm][Ee][Gg][Aa]|[Gg][Ii][Gg][Aa]|[Tt][Ee][Rr][Aa])?${BYTE}`;
const SIZE_PATTERN = `^\\s*\\d+(\\.\\d+)?\\s*([KkMmGgTt]([Ii]?[Bb])?|[Bb]|${LONG_UNIT})?\\s*$`;
const RATE = `([Oo][Ff][Ff]|\\d+(\\.\\d+)?\\s*([KkMmGgTt]([Ii]?[Bb])?|[Bb]|${LONG_UNIT})?\\s*(/[Ss])?)`;
const STEP = '([A-Za-z]+-)?\\d{1,2}:\\d{2},[0-9A-Za-z./]+';
const RATE_PATTERN = `^\\s*(${RATE}|${STEP}([\\s;]+${STEP})*)\\s*$`;
const COUNT_PATTERN = '^\\s*\\d{1,15}\\s*$';
const DURATION_PATTERN = '^\\s*\\d+\\s*([Mm][Ss]|[Ss]|[Mm]|[Mm][Ii][Nn]|[Hh]|[Dd])?\\s*$';

/**
 * The JSON Schema (draft 2020-12) of the config file, for editors. What it refuses, `loadConfig` refuses too.
 * The other way round it is weaker in one point: bounds of sizes and durations that are written with a unit
 * are in the description only.
 */
export function configSchema(): JsonSchema {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Config file of gpbackup_s3_plugin',
    description: 'The YAML file that gpbackup and gprestore are given by --plugin-config.',
    type: 'object',
    required: ['executablepath', 'options'],
    // An option one level too high has no effect; other entries are only logged.
    propertyNames: { not: { enum: OPTION_NAMES } },
    properties: {
      executablepath: {
        description: 'The full path of gpbackup_s3_plugin, the same on every host.',
        type: 'string',
        minLength: 1,
      },
      options: {
        type: 'object',
        properties: Object.fromEntries(OPTION_NAMES.map((name) => [name, optionSchema(OPTIONS[name])])),
        additionalProperties: false,
        required: OPTION_NAMES.filter((name) => required(OPTIONS[name])),
        dependentSchemas: dependentSchemas(),
        allOf: [BUCKET_KEY, secondSite()],
        anyOf: [
          ...['region', 'endpoint', 'endpoint_source'].map((name) => ({ required: [name] })),
          // The ARN of an access point names the region.
          { properties: { bucket: { anyOf: [{ type: 'string', pattern: '^arn:' }, VARIABLE] } } },
        ],
      },
    },
  };
}

/** An option for KMS alone; where it is set, a method must be. */
const BUCKET_KEY: JsonSchema = {
  anyOf: [
    { required: ['sse'] },
    {
      not: { properties: { sse_bucket_key: { anyOf: words(['on', 'off']) } }, required: ['sse_bucket_key'] },
    },
  ],
};
/** The parts of a key that go together, with the options that each may be in. */
const ID = ['aws_access_key_id', 'aws_access_key_id_file'] as const;
const KEY = ['aws_secret_access_key', 'aws_secret_access_key_file', 'aws_secret_access_key_command'] as const;
const TOKEN = ['aws_session_token', 'aws_session_token_file'] as const;

function dependentSchemas(): JsonSchema {
  return { ...needing(ID, KEY), ...needing(KEY, ID), ...needing(TOKEN, ID, KEY) };
}

/** Options of a second site, and those that make use of one, need its bucket. */
function secondSite(): JsonSchema {
  const isNotOn = { not: { anyOf: words(['on']) } };
  return {
    anyOf: [
      { required: ['remote_bucket'] },
      {
        patternProperties: { [`^${REMOTE}`]: { anyOf: UNSET } },
        properties: Object.fromEntries(SWITCHES.map((name) => [name, isNotOn])),
      },
    ],
  };
}

/** That each of the names needs one of each of the others. */
function needing(names: readonly string[], ...others: (readonly string[])[]): JsonSchema {
  const allOf = others.map((group) => ({ anyOf: group.map((name) => ({ required: [name] })) }));
  return Object.fromEntries(names.map((name) => [name, { allOf }]));
}

function isSecret({ kind }: OptionDefinition): boolean {
  return kind === 'secret' || kind === 'secret map' || kind === 'command';
}

function required(definition: OptionDefinition): boolean {
  return definition.required === true;
}

function optionSchema(definition: OptionDefinition): JsonSchema {
  const value = [...valueSchema(definition), ...(definition.zeroIsUnset === true ? [{ const: 0 }] : [])];
  return {
    description: descriptionOf(definition),
    ...(definition.fallback === undefined ? {} : { default: definition.fallback }),
    ...(isSecret(definition) ? { writeOnly: true } : {}),
    anyOf: [...value, ...(isAnyText(definition) ? [] : [VARIABLE]), ...(required(definition) ? [] : UNSET)],
  };
}

/** Whether the value's own schema takes any text, a variable's name too. */
function isAnyText({ kind, pattern }: OptionDefinition): boolean {
  return kind === 'secret' || kind === 'command' || (kind === 'text' && pattern === undefined);
}

/** The ways of writing a value. Editors read `5432` as a number and `true` as a truth value; the program as text. */
function valueSchema(definition: OptionDefinition): readonly JsonSchema[] {
  const { kind, pattern } = definition;
  const [minimum, maximum] = taken(definition);
  switch (kind) {
    case 'text':
      return pattern === undefined
        ? [{ type: ['string', 'number', 'boolean'] }]
        : [{ type: 'string', pattern: pattern.source }, { type: 'number' }];
    case 'secret':
    case 'command':
      return [{ type: ['string', 'number', 'boolean'] }];
    case 'map':
    case 'secret map':
      return [
        { type: 'string', pattern: '=|^\\s*[{]' },
        { type: 'object', additionalProperties: { type: ['string', 'number', 'boolean'] }, minProperties: 1 },
      ];
    case 'rate':
      return [
        { type: 'string', pattern: RATE_PATTERN },
        { type: 'integer', minimum: LEAST_RATE, maximum: MOST_RATE },
      ];
    case 'url':
      return [{ type: 'string', ...(pattern === undefined ? {} : { pattern: pattern.source }) }];
    case 'on/off':
      return words(['on', 'off']);
    case 'true/false':
      return [{ type: 'boolean' }, ...words(['true', 'false'])];
    case 'choice':
      return words(definition.choices ?? []);
    case 'count':
      return [{ type: 'string', pattern: COUNT_PATTERN }, numberSchema('integer', minimum, maximum)];
    case 'size':
      return [{ type: 'string', pattern: SIZE_PATTERN }, numberSchema('number', minimum, maximum)];
    case 'duration':
      return [
        { type: 'string', pattern: DURATION_PATTERN },
        // Without a unit a duration is in seconds, its bounds are in milliseconds.
        numberSchema('integer', thousandth(minimum), thousandth(maximum)),
      ];
  }
}

/** The least and the most that is not refused: values beyond may be replaced by the nearest possible one. */
function taken({ minimum, maximum, clamped }: OptionDefinition): (number | undefined)[] {
  return [clamped === 'above and below' ? 0 : minimum, clamped === undefined ? maximum : undefined];
}

function inAnyCase(word: string): string {
  return word
    .replace(/[a-z]/gi, (letter) => `[${letter.toUpperCase()}${letter.toLowerCase()}]`)
    .replaceAll('.', '[.]');
}

/** Some words in any case, and with spaces around them. */
function words(allowed: readonly string[]): readonly JsonSchema[] {
  return [{ enum: allowed }, { type: 'string', pattern: `^\\s*(${allowed.map(inAnyCase).join('|')})\\s*$` }];
}

function numberSchema(type: string, minimum: number | undefined, maximum: number | undefined): JsonSchema {
  return {
    type,
    minimum: minimum ?? 0,
    ...(maximum === undefined ? {} : { maximum }),
  };
}

function thousandth(milliseconds: number | undefined): number | undefined {
  return milliseconds === undefined ? undefined : milliseconds / 1000;
}

/** The summary, and the bounds where a pattern can't say them. */
function descriptionOf({ summary, kind, minimum, maximum }: OptionDefinition): string {
  const format = kind === 'size' ? formatSize : kind === 'duration' ? formatDuration : String;
  const bounds = [
    minimum === undefined ? '' : `at least ${format(minimum)}`,
    maximum === undefined ? '' : `at most ${format(maximum)}`,
  ].filter((bound) => bound !== '');
  return bounds.length === 0 ? summary : `${summary} From ${bounds.join(', ')}.`.replace('From at', 'At');
}
