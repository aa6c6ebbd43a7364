'use strict';

/*
 * Screens of every width, paper, and without violations of accessibility: axe on every page, in both languages, light and dark.
 */

const assert = require('node:assert/strict');
const axe = require('axe-core');
const { test, run } = require('./tap.js');
const { start, following, columnTexts } = require('./browser.js');

/* The hashes of all kinds of pages of a sample. */
function pagesOf(data) {
	const codes = data.entries.code ?? [];
	const some = codes[data.adjustments?.[0]?.[0] ?? 6] ?? 'none';

	return ['#view=list', '#view=list&q=none%20at%20all', `#view=provider&provider=${encodeURIComponent(some)}&pick=${encodeURIComponent(codes[1] ?? '')}`, '#view=provider&provider=nobody',
		`#view=compare&${codes.slice(1, 5).map((code) => `pick=${encodeURIComponent(code)}`).join('&')}`, '#view=compare', '#view=tables', '#view=check'];
}

for (const name of ['small', 'hostile'])
	test(`no page is wider than a screen of 320 pixels, or of any other width: ${name}`, async ({ visit, quiet, data }) => {
		const page = await visit(name);

		for (const [width, lang] of [[320, 'en'], [320, 'zh'], [390, 'en'], [737, 'en'], [1280, 'en']]) {
			await page.setViewportSize({ width, height: 800 });
			for (const hash of pagesOf(data(name))) {
				await visit(name, `${hash}&lang=${lang}`);
				// nor is the list or a comparison pushed sideways within a narrow one
				assert.deepEqual(await page.evaluate(() => [document.documentElement, ...innerWidth < 400 ? [document.querySelector('table.list, table.compare')?.parentNode] : []]
					.filter((each) => each && each.scrollWidth > each.clientWidth + 1).map((each) => each.localName)), [], `${hash} ${lang} ${width}`);
			}
		}
		await page.setViewportSize({ width: 1280, height: 900 });
		await quiet(page);
	});

/* What axe has to say of a page; of its colours only where that is asked for. It loads nothing, as the pages' policy lets it not. */
async function complaints(page, coloursOnly = false) {
	if (!await page.evaluate(() => 'axe' in globalThis))
		await page.evaluate(axe.source);

	const { violations } = await page.evaluate((options) => axe.run(options), { preload: false, resultTypes: ['violations'], ...coloursOnly ? { runOnly: ['color-contrast'] } : {} });

	return violations.map((each) => `${each.id}: ${each.nodes.map((node) => `${node.html.slice(0, 150)} ${node.any[0]?.message ?? ''}`).join(' | ')}`);
}

for (const [colorScheme, lang, width] of [['light', 'en', 1280], ['light', 'zh', 390], ['dark', 'en', 390]])
	test(`axe finds nothing: ${colorScheme}, ${lang}, ${width} pixels`, async ({ open, quiet, go, data }) => {
		const page = await open('few', `#view=list&lang=${lang}`, { colorScheme, viewport: { width, height: 900 } });

		for (const hash of pagesOf(data('few'))) {
			await go(page, `${hash}&lang=${lang}`);
			await page.evaluate(() => document.querySelectorAll('details').forEach((each) => { each.open = true; }));
			assert.deepEqual(await complaints(page, colorScheme === 'dark'), [], hash);
		}
		await quiet(page);
	});

test('axe finds nothing where something is lacking', async ({ visit, open, quiet }) => {
	for (const [name, hash] of [['tables', '#view=list'], ['withheld', '#view=provider&provider=entry:30'], ['none', '']]) {
		const page = await visit(name, hash || '#view=list');

		assert.deepEqual(await complaints(page), [], name);
		await quiet(page);
	}

	const broken = await open('missing', '', { own: null });

	assert.deepEqual(await complaints(broken), []);
	await broken.context().close();
});

test('the whole page is reached by keys, from the skip link on', async ({ open, quiet }) => {
	const page = await open('small', '#view=list');
	const reached = [];

	await page.keyboard.press('Tab');
	assert.equal(await page.evaluate(() => document.activeElement.className), 'skip');
	for (let n = 0; n < 30; n++) {
		await page.keyboard.press('Tab');
		reached.push(await page.evaluate(() => document.activeElement.dataset.keep ?? document.activeElement.id ?? ''));
	}
	for (const id of ['query', 'filter-region', 'filter-level', 'filter-kind', 'sort name', 'sort grade'])
		assert.ok(reached.includes(id), id);
	await page.locator('[data-keep="sort grade"]').focus();
	await following(page, () => page.keyboard.press('Enter'));
	assert.equal(await page.locator('th[data-column="grade"]').getAttribute('aria-sort'), 'ascending');
	await quiet(page);
});

test('all that was found goes to paper, and one page of it back to the screen', async ({ visit, quiet, data }) => {
	const page = await visit('small', '#view=list&grade=A&grade=B&grade=C&sort=score&order=down&lang=en');
	const { entries } = data('small');
	const wanted = entries.code.filter((code, n) => entries.grade[n] < 3).sort((a, b) => entries.score[entries.code.indexOf(b)] - entries.score[entries.code.indexOf(a)]);

	await page.evaluate(() => {
		globalThis.printed = null;
		addEventListener('beforeprint', () => { globalThis.printed = [...document.querySelectorAll('table.list tbody [data-column="code"]')].map((cell) => cell.textContent); });
	});

	const pdf = await page.pdf({ format: 'A4' });

	assert.ok(pdf.length > 10000);
	assert.deepEqual(await page.evaluate(() => globalThis.printed), wanted);
	assert.deepEqual(await columnTexts(page, 'code'), wanted.slice(0, 50));
	await page.emulateMedia({ media: 'print' });
	for (const hidden of ['.conditions', '.tabs', '.pager', '.languages'])
		assert.equal(await page.locator(hidden).first().isVisible(), false, hidden);
	for (const seen of ['.masthead .title', '.status', '.printed', 'footer .hash'])
		assert.equal(await page.locator(seen).isVisible(), true, seen);
	assert.match(await page.locator('.printed').textContent(), /Grade: Excellent, Good, Pass/);
	await page.emulateMedia({ media: 'screen' });
	await quiet(page);
});

test('names without an end leave room for the other columns on paper', async ({ open, quiet, data }) => {
	const made = structuredClone(data('few'));

	made.entries.name[0] = 'x'.repeat(300);
	made.entries.name[1] = '超长名称医院'.repeat(50);
	made.entries.code[2] = 'y'.repeat(100);

	const page = await open('long', '#view=list&lang=en', { own: made, viewport: { width: 700, height: 900 } });

	await page.emulateMedia({ media: 'print' });
	await page.evaluate(() => dispatchEvent(new Event('beforeprint')));
	assert.ok(await page.evaluate(() => document.documentElement.scrollWidth) <= 700);
	await quiet(page);
});

test('a reader who wants no motion has none, and dark is dark', async ({ open, quiet }) => {
	const still = await open('one', '', { reducedMotion: 'reduce', colorScheme: 'dark' });
	const moving = await open('one', '', { reducedMotion: 'no-preference', colorScheme: 'light' });
	const duration = (page) => page.evaluate(() => getComputedStyle(document.querySelector('.tabs a')).transitionDuration);
	const light = (page) => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor.match(/\d+/g).map(Number)[0]);

	assert.equal(await duration(still), '0s');
	assert.notEqual(await duration(moving), '0s');
	assert.ok(await light(still) < 40 && await light(moving) > 230);
	await quiet(still);
	await quiet(moving);
});

run(start);
