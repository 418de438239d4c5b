import { hostname } from 'node:os';
import { hasControls } from '../../base/control-characters.ts';
import type { Host } from '../host.ts';
import { definitionOf } from '../site-options.ts';
import { parseTextMap } from '../text-map.ts';
import type { OutsideValues } from './outside-values.ts';
import { variableOf } from './reference.ts';

/** Puts the variables of this process's environment where the file has `${NAME}`, in values of maps too. */
export function readEnvironment(outside: OutsideValues, { environment }: Host): void {
  for (const [name, text] of outside.options) {
    const kind = definitionOf(name)?.kind;
    if (kind === undefined) continue;
    if (kind === 'map' || kind === 'secret map') readMap(outside, name, text, environment);
    const variable = variableOf(text);
    if (variable === undefined) continue;
    const value = environment[variable];
    const problem = problemOf(name, variable, value);
    if (problem === undefined && value !== undefined) outside.put(name, value, text);
    else outside.miss(name, problem);
  }
}

function readMap(outside: OutsideValues, name: string, text: string, environment: Host['environment']): void {
  const map = parseTextMap(text);
  if (map === undefined || ![...map.values()].some((value) => variableOf(value) !== undefined)) return;
  const read: [string, string][] = [];
  for (const [key, written] of map) {
    const variable = variableOf(written);
    if (variable === undefined) {
      read.push([key, written]);
      continue;
    }
    const value = environment[variable];
    const problem = problemOf(name, variable, value);
    if (problem !== undefined || value === undefined) return outside.miss(name, problem);
    read.push([key, value]);
  }
  outside.put(name, JSON.stringify(Object.fromEntries(read)), text);
}

function problemOf(name: string, variable: string, value: string | undefined): string | undefined {
  const shown = `option "${name}" is "\${${variable}}"`;
  const where = `in the environment of this process on host ${hostname()}`;
  if (value === undefined || value.trim() === '') {
    const how = value === undefined ? 'not set' : 'empty';
    return `${shown}: ${variable} is ${how} ${where}; what COPY starts on segments has the environment of the database server (postmaster), not that of your shell`;
  }
  return hasControls(value)
    ? `${shown}: ${variable} contains control characters (such as a line break) ${where}`
    : undefined;
}
