import { pathToFileURL } from 'node:url';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { installDebianPackages } from './servers/debian-package.ts';
import { NotInstallable } from './servers/server.ts';

const WHAT = 'chromium';

/** Debian's Chromium, any version: it is updated every other week. With a typeface, since a bare system has none. */
export async function installBrowser(): Promise<void> {
  await installDebianPackages(WHAT, '', ['chromium', 'fonts-inter', 'fonts-liberation']);
}

/** How a page is looked at. */
export interface View {
  readonly width: number;
  readonly colours?: 'light' | 'dark';
  /** Whether the page may run its script. */
  readonly scripts?: boolean;
}

/** A page that is open, and what it has done that it should not. */
export interface OpenPage extends AsyncDisposable {
  readonly page: Page;
  /** Messages of the console, errors of scripts, and what the page's policy refused. */
  readonly complaints: readonly string[];
  /** Addresses of all that was requested. */
  readonly requests: readonly string[];
}

/** A real browser, without a window. */
export class LabBrowser implements AsyncDisposable {
  readonly #browser: Browser;

  private constructor(browser: Browser) {
    this.#browser = browser;
  }

  /** @throws NotInstallable when it can't be had, or does not start here */
  static async start(): Promise<LabBrowser> {
    await installBrowser();
    const executablePath = Bun.which('chromium') ?? '/usr/bin/chromium';
    try {
      // Root has no sandbox; the page is this program's own.
      return new LabBrowser(
        await chromium.launch({ executablePath, args: ['--no-sandbox'], timeout: 120_000 }),
      );
    } catch (error) {
      throw new NotInstallable(WHAT, 'it does not start here', error);
    }
  }

  get version(): string {
    return this.#browser.version();
  }

  /** Opens a file, and gives the page when its script has run. */
  async open(path: string, { width, colours = 'light', scripts = true }: View): Promise<OpenPage> {
    const context: BrowserContext = await this.#browser.newContext({
      viewport: { width, height: 900 },
      colorScheme: colours,
      locale: 'en-US',
      timezoneId: 'UTC',
      javaScriptEnabled: scripts,
    });
    const page = await context.newPage();
    const complaints: string[] = [];
    const requests: string[] = [];
    page.on('console', (message) => complaints.push(`${message.type()}: ${message.text()}`));
    page.on('pageerror', (error) => complaints.push(`error: ${error.message}`));
    page.on('request', (request) => requests.push(request.url()));
    await page.goto(pathToFileURL(path).href, { waitUntil: 'load' });
    return { page, complaints, requests, [Symbol.asyncDispose]: async () => await context.close() };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#browser.close();
  }
}
