import { describe, expect, test } from 'bun:test';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { closed, compiled, type Schema, schemaOf } from '../../lab/program/json-output.ts';
import { jsonText } from '../../scripts/docs/json-text.ts';
import { allCommands } from '../../src/cli/all-commands.ts';
import { ROOT, textOf } from './document.ts';

const COMMANDS = Object.entries(await allCommands()).filter(([, { options }]) => 'json' in options);
const NAMES = readdirSync(join(ROOT, 'docs', 'json'))
  .filter((name) => name.endsWith('.schema.json'))
  .map((name) => name.replace('.schema.json', ''))
  .toSorted();
const DOCUMENT = textOf('docs/commands.md');

test('each command with --json has a schema', () => {
  expect(COMMANDS.length).toBeGreaterThan(20);
  const missing = COMMANDS.filter(([name]) => schemaOf(name) === undefined);
  expect(missing.map(([name]) => name)).toEqual([]);
});

describe.each(NAMES)('%s', (name) => {
  const schema = schemaOf(name) as Schema & {
    readonly properties: Readonly<Record<string, Schema>>;
    readonly required: readonly string[];
    readonly examples: readonly unknown[];
  };

  test('is a schema of draft 2020-12 of the whole envelope', () => {
    expect(schema['$schema']).toBe('https://json-schema.org/draft/2020-12/schema');
    const fields = ['version', 'command', 'result', 'warnings'];
    expect(Object.keys(schema.properties)).toEqual(fields);
    expect([...schema.required].toSorted()).toEqual(fields.toSorted());
    expect(schema['description']).toBeString();
    compiled(schema);
  });

  test('is of this command', () => {
    const { const: one, enum: several = [one] } = schema.properties['command'] ?? {};
    const names = COMMANDS.map(([command]) => command).filter(
      (command) => command === name || command === `${name}_parallel`,
    );
    expect(several).toEqual(names);
  });

  test('its examples fit, and have no property that it does not describe', () => {
    expect(schema.examples.length).toBeGreaterThan(0);
    const validate = compiled(closed(schema) as Schema);
    for (const example of schema.examples) {
      validate(example);
      expect(validate.errors ?? []).toEqual([]);
    }
  });

  test('docs/commands.md shows its first example, and a link to it', () => {
    const [, section = ''] = DOCUMENT.split(`\n### ${name}\n`);
    const [own = ''] = section.split(/\n#{2,3} /);
    expect(own).toContain(`\`\`\`json\n${jsonText(schema.examples[0])}\n\`\`\``);
    expect(own).toContain(`(json/${name}.schema.json)`);
    expect(own).toContain('Exit codes: 0: Success; 1: ');
  });
});
