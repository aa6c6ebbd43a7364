'use strict';

/*
 * From a web server with the headers that doc/web.md recommends, and 12,000 providers.
 */

const assert = require('node:assert/strict');
const fs = require('node:fs');
const http = require('node:http');
const path = require('node:path');
const { test, diag, run } = require('./tap.js');
const { start, following, columnTexts } = require('./browser.js');

const TYPES = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript; charset=utf-8', '.css': 'text/css; charset=utf-8', '.svg': 'image/svg+xml' };
const DOCUMENT = path.join(__dirname, '..', '..', 'doc', 'web.md');
const MOST_ELEMENTS = 2500;

/* The headers of the example in doc/web.md. */
function documentedHeaders() {
	return Object.fromEntries([...fs.readFileSync(DOCUMENT, 'utf8').matchAll(/add_header ([\w-]+) "([^"]+)"/g)].map(([, name, value]) => [name, value]));
}

/* Serves a folder on a free port of this machine. */
function serve(folder, headers) {
	return new Promise((resolve) => {
		const server = http.createServer((request, response) => {
			const file = path.join(folder, path.normalize(decodeURIComponent(new URL(request.url, 'http://x').pathname)));

			if (!file.startsWith(folder) || !fs.existsSync(file) || fs.statSync(file).isDirectory()) {
				response.writeHead(404).end();
				return;
			}
			response.writeHead(200, { ...headers, 'Content-Type': TYPES[path.extname(file)] ?? 'application/octet-stream' }).end(fs.readFileSync(file));
		});

		server.listen(0, '127.0.0.1', () => resolve({ base: `http://127.0.0.1:${server.address().port}/`, close: () => { server.closeAllConnections(); server.close(); } }));
	});
}

test('from a web server with the documented headers all is as from a file', async ({ open, bundle, quiet, go, data }) => {
	const headers = documentedHeaders();

	assert.ok('Content-Security-Policy' in headers && 'X-Content-Type-Options' in headers);

	const server = await serve(bundle('small'), headers);
	const page = await open('small', '', { base: server.base });
	const file = await open('small');

	for (const hash of ['#view=list&q=h3205&lang=zh', `#view=provider&provider=${data('small').entries.code[6]}&lang=en`, '#view=tables&lang=en', '#view=check&lang=en']) {
		await go(page, hash);
		await go(file, hash);
		assert.equal(await page.locator('#page').textContent(), await file.locator('#page').textContent());
	}
	await quiet(page);
	await quiet(file);
	server.close();
});

test('12,000 providers: opened, sorted, searched, with a page of them in the document', async ({ open, quiet, data }) => {
	data('large');

	const started = Date.now();
	const page = await open('large');
	const opened = await page.evaluate(() => ({ whole: performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd, elements: document.querySelectorAll('*').length }));

	assert.match(await page.locator('.status').textContent(), /^12,000 entries/);
	assert.ok(opened.elements < MOST_ELEMENTS, `${opened.elements} elements`);
	diag(`12,000 providers: shown ${Math.round(opened.whole)} ms after the address was entered (${Date.now() - started} ms with the context of the browser), ${opened.elements} elements`);

	const measure = async (what, action) => {
		const ms = await page.evaluate(async (run) => {
			const begun = performance.now();

			location.hash = run;
			await new Promise((resolve) => addEventListener('hashchange', () => resolve(), { once: true }));
			document.body.getBoundingClientRect();
			return performance.now() - begun;
		}, action);

		diag(`12,000 providers: ${what} in ${Math.round(ms)} ms`);
	};

	await measure('sorted by score', '#view=list&sort=score&order=down');

	const scores = await columnTexts(page, 'score');

	assert.deepEqual(scores, [...data('large').entries.score].sort((a, b) => b - a).slice(0, 50));
	await measure('sorted by name', '#view=list&sort=name');
	await measure('searched', '#view=list&q=h32050119');
	assert.deepEqual(await columnTexts(page, 'code'), data('large').entries.code.filter((code) => code.startsWith('H32050119')).slice(0, 50));
	await measure('shown one with its peers', `#view=provider&provider=${data('large').entries.code[77]}`);
	assert.ok(await page.evaluate(() => document.querySelectorAll('*').length) < MOST_ELEMENTS);
	await measure('shown the distribution', '#view=tables');
	assert.ok(await page.evaluate(() => document.querySelectorAll('*').length) < MOST_ELEMENTS);
	await measure('gone back to the list', '#view=list');
	await following(page, () => page.getByRole('button', { name: 'Last page' }).click());
	assert.equal(await page.locator('table.list tbody tr').last().getAttribute('aria-rowindex'), '12001');
	await page.evaluate(() => dispatchEvent(new Event('beforeprint')));
	assert.equal(await page.locator('table.list tbody tr').count(), 12000);
	await page.evaluate(() => dispatchEvent(new Event('afterprint')));
	assert.equal(await page.locator('table.list tbody tr').count(), 50);
	await quiet(page);
});

run(start);
