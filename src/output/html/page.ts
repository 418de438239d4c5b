import uplotScript from 'uplot/dist/uPlot.iife.min.js' with { type: 'text' };
import uplotStyle from 'uplot/dist/uPlot.min.css' with { type: 'text' };
import uplotLicence from 'uplot/LICENSE' with { type: 'text' };
import { PROGRAM, VERSION } from '../../base/product.ts';
import type { ReportJson } from '../report-json.ts';
import { backupRows, failures, safetyRows, uploads } from './backup-table.ts';
import { banner } from './banner.ts';
import colours from './browser/colours.css' with { type: 'text' };
import layout from './browser/layout.css' with { type: 'text' };
import media from './browser/media.css' with { type: 'text' };
import ownScript from './browser/page-script.js' with { type: 'text' };
import pictures from './browser/pictures.css' with { type: 'text' };
import tables from './browser/tables.css' with { type: 'text' };
import { chainPicture } from './chains.ts';
import { charts, keyFigures, pageHead } from './figures.ts';
import { gantt } from './gantt.ts';
import { heatMap } from './heat-map.ts';
import { Html, html, jsonForScript } from './html.ts';
import { tableRows } from './table-rows.ts';

/** uPlot's licence wants its text to be where the program is. */
const SCRIPT = `/*!\n${uplotLicence.trim()}\n*/\n${uplotScript.trim()}\n${ownScript}`;
/** What depends on the medium comes last: it overrides. */
const STYLE = [uplotStyle.trim(), colours, layout, tables, pictures, media].join('\n');

/**
 * The page, in pieces: one file without anything from the network. Its policy allows this very script and style, by
 * their hashes, and nothing else.
 */
export function* page(data: ReportJson): Generator<string> {
  const policy = [
    "default-src 'none'",
    `script-src '${hashOf(SCRIPT)}'`,
    `style-src '${hashOf(STYLE)}'`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  yield html`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${new Html(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<meta name="generator" content="${PROGRAM} ${VERSION}">
<title>Backups in ${data.place}</title>
<style>${new Html(STYLE)}</style>
</head>
<body>
<a class="skip" href="#backups">To the table of backups</a>
${pageHead(data)}
<main>
${banner(data)}
${keyFigures(data)}
`.text;
  yield* sections(data);
  yield html`</main>
<footer><p>${PROGRAM} ${VERSION}. Sizes in binary units; exact values are in the titles of cells. Charts: uPlot, MIT licence.</p></footer>
<script type="application/json" id="data">${jsonForScript(data)}</script>
<script>${new Html(SCRIPT)}</script>
</body>
</html>
`.text;
}

function* sections(data: ReportJson): Generator<string> {
  const all: readonly (readonly [id: string, title: string, content: Html])[] = [
    ['backups', 'Backups', html`${charts(data)}${backupRows(data)}`],
    ['chains', 'Chains', chainPicture(data)],
    ['failures', 'Failures and left-out tables', failures(data)],
    ['tables', 'Tables', tableRows(data)],
    ['segments', 'Segments', heatMap(data)],
    ['streams', 'Streams', gantt(data)],
    ['safety', 'Verification, lock, replica', safetyRows(data)],
    ['uploads', 'Unfinished uploads', uploads(data)],
  ];
  for (const [id, title, content] of all) {
    yield html`<section id="${id}" aria-labelledby="${id}-head"><h2 id="${id}-head">${title}</h2>
${content}
</section>
`.text;
  }
}

function hashOf(text: string): string {
  return `sha256-${new Bun.CryptoHasher('sha256').update(text).digest('base64')}`;
}
