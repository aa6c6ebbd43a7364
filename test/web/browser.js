'use strict';

/*
 * Chromium with the pages of a sample bundle. Whatever a page asks for outside its bundle, writes to the console, throws, or
 * does against its Content-Security-Policy is an error, unless a test expects it.
 */

const assert = require('node:assert/strict');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { pathToFileURL } = require('node:url');
const { chromium } = require('playwright-core');
const { BUNDLES, write } = require('./make.js');

const EXECUTABLE = process.env.CHROMIUM ?? '/usr/bin/chromium';
const ARGUMENTS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--disable-dev-shm-usage', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];

/* Starts the browser; close() ends it and removes the bundles. */
async function start() {
	const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'credence-web.'));
	const browser = await chromium.launch({ executablePath: EXECUTABLE, args: ARGUMENTS });
	const made = new Map();
	const data = new Map();
	const kept = new Map();

	/* The data of a sample bundle. */
	function dataOf(name) {
		if (!data.has(name))
			data.set(name, BUNDLES[name]());
		return data.get(name);
	}

	/* The folder of a sample bundle, or of one with data of the test's own. */
	function bundle(name, own) {
		if (!made.has(name))
			made.set(name, write(path.join(folder, name), own === undefined ? dataOf(name) : own));
		return made.get(name);
	}

	/*
	 * Opens a bundle at a hash. options: of the browser's context (viewport, colorScheme, locale ...), base: address of the
	 * bundle if not its folder, own: data. The page has problems, what it did that it should not.
	 */
	async function open(name, hash = '', options = {}) {
		const { base = `${pathToFileURL(bundle(name, options.own)).href}/`, own, ...rest } = options;
		const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, locale: 'en-GB', timezoneId: 'Asia/Shanghai', ...rest });
		const page = await context.newPage();

		page.problems = [];
		page.on('console', (message) => page.problems.push(`console: ${message.text()}`));
		page.on('pageerror', (error) => page.problems.push(`error: ${error.stack}`));
		page.on('dialog', (dialog) => { page.problems.push(`dialog: ${dialog.message()}`); dialog.dismiss(); });
		page.on('request', (request) => { if (!request.url().startsWith(base)) page.problems.push(`request: ${request.url()}`); });
		page.on('requestfailed', (request) => page.problems.push(`failed: ${request.url()}`));
		page.on('response', (response) => { if (response.status() >= 400) page.problems.push(`${response.status()}: ${response.url()}`); });
		if (rest.javaScriptEnabled !== false)
			await page.addInitScript(() => {
				globalThis.violations = [];
				addEventListener('securitypolicyviolation', (event) => globalThis.violations.push(`${event.violatedDirective} ${event.blockedURI} ${event.sample}`));
			});
		await page.goto(`${base}index.html${hash}`);
		return page;
	}

	/* Asserts that a page did nothing that it should not, and closes it unless it is kept. */
	async function quiet(page) {
		const violations = await page.evaluate(() => globalThis.violations);

		assert.deepEqual([...page.problems, ...violations.map((each) => `policy: ${each}`)], []);
		if (![...kept.values()].includes(page))
			await page.context().close();
	}

	/* Goes to another hash and waits until it is shown. */
	async function go(page, hash) {
		await page.evaluate((address) => new Promise((resolve) => {
			const before = location.hash;

			addEventListener('hashchange', () => resolve(), { once: true });
			location.hash = address;
			if (location.hash === before)
				resolve();
		}), hash);
	}

	/* The page of a sample bundle that is kept for all tests of a file, at a hash. */
	async function visit(name, hash = '#view=list') {
		if (!kept.has(name))
			kept.set(name, await open(name, hash));
		await go(kept.get(name), hash);
		return kept.get(name);
	}

	return {
		context: { open, visit, quiet, go, data: dataOf, bundle },
		close: async () => { await browser.close(); fs.rmSync(folder, { recursive: true, force: true }); },
	};
}

/*
 * Does an action and waits until the page has followed its address. The page listens before the action begins: keys go to it by
 * another way than scripts, and may come first.
 */
async function following(page, action) {
	await page.evaluate(() => { globalThis.followed = new Promise((resolve) => addEventListener('hashchange', () => resolve(), { once: true })); });
	await action();
	await page.evaluate(() => globalThis.followed);
}

/* The texts of a column of the list on its page. */
function columnTexts(page, key) {
	return page.$$eval(`table.list tbody [data-column="${key}"]`, (cells) => cells.map((cell) => cell.querySelector('.dash') ? null : cell.textContent));
}

module.exports = { start, following, columnTexts };
