import { type Html, html } from './html.ts';

/**
 * A table whose rows can be sorted by each column, with a button in its head. A title with `#` in front is one of
 * numbers, and ends on the right.
 */
export function sortable(
  id: string,
  caption: string,
  titles: readonly string[],
  rows: readonly Html[],
): Html {
  const heads = titles.map((title) => {
    const isNumber = title.startsWith('#');
    return html`<th scope="col" aria-sort="none"${isNumber ? html` class="n"` : ''}><button type="button">${title.replace(/^#/, '')}</button></th>`;
  });
  return html`<div class="scroll" role="region" tabindex="0" aria-labelledby="${id}-caption"><table id="${id}" class="sortable"><caption id="${id}-caption">${caption}</caption><thead><tr>${heads}</tr></thead><tbody>
${rows}</tbody></table></div>`;
}
