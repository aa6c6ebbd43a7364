'use strict';

/*
 * The list: figures as published, sorting, searching, filtering, pages, columns, what is picked, all of it in the address.
 */

const assert = require('node:assert/strict');
const sample = require('./sample.js');
const { test, run } = require('./tap.js');
const { start, following, columnTexts } = require('./browser.js');

const CODED = { kind: 'kinds', region: 'regions', level: 'levels', grade: 'grades' };

/* The entries of a sample, one object each. */
function rowsOf(data) {
	return data.entries.entry.map((number, n) => ({ n, code: data.entries.code[n], name: data.entries.name[n], score: data.entries.score[n], rank: String(data.entries.rank[n]), peer_rank: String(data.entries.peer_rank[n]),
		...Object.fromEntries(Object.entries(CODED).map(([key, list]) => [key, data[list][data.entries[key][n]]])) }));
}

/* The texts of a column over all pages of the list. */
async function allTexts(page, key) {
	const texts = [];

	for (;;) {
		texts.push(...await columnTexts(page, key));

		const next = page.getByRole('button', { name: 'Next page' });

		if (!await next.isVisible() || await next.getAttribute('aria-disabled') === 'true')
			return texts;
		await following(page, () => next.click());
	}
}

test('the list has every entry once, fifty on a page, with its place among all', async ({ visit, quiet, data }) => {
	const page = await visit('small');

	assert.equal(await page.locator('table.list tbody tr').count(), 50);
	assert.equal(await page.locator('table.list').getAttribute('aria-rowcount'), '121');
	assert.deepEqual(await page.$$eval('table.list [aria-rowindex]', (rows) => rows.map((row) => Number(row.getAttribute('aria-rowindex')))), Array.from({ length: 51 }, (row, n) => n + 1));
	assert.match(await page.locator('.status').textContent(), /^120 entries/);
	assert.deepEqual(await allTexts(page, 'code'), data('small').entries.code);
	assert.equal(await page.locator('table.list tbody tr').first().getAttribute('aria-rowindex'), '102');
	await quiet(page);
});

test('the masthead has the day on which those named count as served, where there is one', async ({ open, quiet }) => {
	const made = sample.bulletin(16, 6);

	made.bulletin.deemed_served_on = '2026-02-25';
	for (const [name, own, day] of [['served', made, 'Those named count as served on25 February 2026'], ['few', undefined, '']]) {
		const page = await open(name, '#view=list&lang=en', { own });

		assert.equal((await page.locator('.about div', { hasText: 'served' }).allTextContents()).join(), day);
		await quiet(page);
	}
});

test('figures have exactly the digits that were published', async ({ visit, quiet, data }) => {
	const made = data('small');

	for (const [key, column] of [['score', made.entries.score], ['rank', made.entries.rank], ...made.inputs.map((input) => [`input.${input.name}`, made.values[input.name]])]) {
		const page = await visit('small', `#view=list&columns=${key}`);

		assert.deepEqual(await allTexts(page, key), column.map((value) => value === null ? null : String(value)));
		await quiet(page);
	}
});

test('the heads of the columns sort: one way, the other, as published', async ({ visit, quiet, data, go }) => {
	const page = await visit('small');
	const rows = rowsOf(data('small'));
	const figure = (key) => (a, b) => Number(a[key]) - Number(b[key]);
	const place = (key) => (a, b) => a[key].order - b[key].order;
	const byText = (key) => { const collator = new Intl.Collator('en', { numeric: true }); return (a, b) => collator.compare(a[key], b[key]); };
	const orders = { Name: byText('name'), Code: byText('code'), Kind: place('kind'), Region: place('region'), Level: place('level'), Grade: place('grade'), Score: figure('score'), Rank: figure('rank'), 'Rank among peers': figure('peer_rank') };

	for (const [label, order] of Object.entries(orders)) {
		const head = page.getByRole('columnheader', { name: label, exact: true });
		const button = head.getByRole('button');
		const up = [...rows].sort((a, b) => order(a, b) || a.n - b.n).slice(0, 50).map((row) => row.code);
		const down = [...rows].sort((a, b) => order(b, a) || a.n - b.n).slice(0, 50).map((row) => row.code);

		for (const [direction, codes] of label === 'Score' ? [['descending', down], ['ascending', up]] : [['ascending', up], ['descending', down]]) {
			await following(page, () => button.click());
			assert.equal(await head.getAttribute('aria-sort'), direction);
			assert.deepEqual(await columnTexts(page, 'code'), codes, `${label} ${direction}`);
			assert.equal(await page.evaluate(() => document.activeElement.dataset.keep?.split(' ')[0]), 'sort', 'the focus stays');
		}
		await following(page, () => button.click());
		assert.deepEqual(await columnTexts(page, 'code'), rows.slice(0, 50).map((row) => row.code));
	}
	await go(page, '#view=list');
	await quiet(page);
});

test('figures of inputs sort by size, and what is missing comes last either way', async ({ visit, quiet, data }) => {
	const values = data('small').values.cost_per_visit;
	const there = values.filter((value) => value !== null).sort((a, b) => a - b);
	const none = values.filter((value) => value === null);

	assert.ok(none.length > 0);
	for (const [order, sorted] of [['', there], ['&order=down', [...there].reverse()]]) {
		const page = await visit('small', `#view=list&columns=input.cost_per_visit&sort=input.cost_per_visit${order}`);

		assert.deepEqual(await allTexts(page, 'input.cost_per_visit'), [...sorted, ...none]);
		await quiet(page);
	}
});

test('searching finds every word in name or code', async ({ visit, quiet, data }) => {
	const page = await visit('small');
	const { name, code } = data('small').entries;
	const wanted = [['pharmacy', (n) => /pharmacy/i.test(name[n])], ['ＰＨＡＲＭＡＣＹ  stone', (n) => /pharmacy/i.test(name[n]) && /stone/i.test(name[n])], ['大药房', (n) => name[n].includes('大药房')],
		['h32050001', (n) => code[n].startsWith('H32050001')], ['p3205 ‮桥头‬', (n) => code[n].startsWith('P3205') && name[n].includes('桥头')], ['nobody is called this', () => false], ['   ', () => true]];

	for (const [query, fits] of wanted) {
		await page.locator('#query').fill('x');
		await page.waitForFunction(() => location.hash.includes('q=x'));
		await following(page, () => page.locator('#query').fill(query));

		const expected = code.filter((each, n) => fits(n));

		assert.deepEqual(await columnTexts(page, 'code'), expected.slice(0, 50), query);
		assert.match(await page.locator('.status').textContent(), new RegExp(`^${expected.length}\\b`));
		assert.equal(await page.locator('.empty').isVisible(), expected.length === 0);
		assert.equal(await page.evaluate(() => document.activeElement.id), 'query', 'the focus stays');
	}
	await quiet(page);
});

test('filters by region, level, kind and grade go together', async ({ visit, quiet, data }) => {
	const page = await visit('small', '#view=list');
	const rows = rowsOf(data('small'));

	await following(page, () => page.getByRole('combobox', { name: 'Region' }).selectOption({ label: 'Lake District' }));
	await following(page, () => page.getByRole('combobox', { name: 'Kind' }).selectOption({ label: 'Medical institution' }));
	await following(page, () => page.getByRole('checkbox', { name: /Good/ }).check());
	await following(page, () => page.getByRole('checkbox', { name: /Pass/ }).check());

	const some = rows.filter((row) => row.region.code === '3205A3' && row.kind.code === 'institution' && 'BC'.includes(row.grade.code));

	assert.ok(some.length > 1);
	assert.deepEqual(await columnTexts(page, 'code'), some.map((row) => row.code));
	await following(page, () => page.getByRole('combobox', { name: 'Level' }).selectOption({ label: some[0].level.en }));
	assert.deepEqual(await columnTexts(page, 'code'), some.filter((row) => row.level === some[0].level).map((row) => row.code));
	await following(page, () => page.getByRole('button', { name: 'Clear search and filters' }).click());
	assert.equal(await page.locator('table.list').getAttribute('aria-rowcount'), '121');
	assert.equal(await page.getByRole('button', { name: 'Clear search and filters' }).isDisabled(), true);
	await quiet(page);
});

test('what is seen can be linked, and going back takes it back', async ({ open, visit, quiet }) => {
	const page = await visit('small', '#view=list');

	await following(page, () => page.getByRole('combobox', { name: 'Region' }).selectOption({ label: 'West District' }));
	await following(page, () => page.getByRole('columnheader', { name: 'Score' }).getByRole('button').click());
	await following(page, () => page.getByRole('checkbox', { name: /Excellent/ }).check());

	const codes = await columnTexts(page, 'code');
	const other = await open('small', await page.evaluate(() => location.hash));

	assert.deepEqual(await columnTexts(other, 'code'), codes);
	assert.equal(await other.getByRole('combobox', { name: 'Region' }).inputValue(), '=3205A2');
	assert.equal(await other.getByRole('checkbox', { name: /Excellent/ }).isChecked(), true);
	await quiet(other);
	await following(page, () => page.locator('table.list tbody a').first().click());
	assert.equal(await page.locator('h1').textContent() !== 'List', true);
	await following(page, () => page.goBack());
	assert.deepEqual(await columnTexts(page, 'code'), codes);
	await following(page, () => page.locator('table.list tbody a').first().click());
	await following(page, () => page.getByRole('link', { name: 'Back to the list' }).click());
	assert.deepEqual(await columnTexts(page, 'code'), codes);
	await quiet(page);
});

test('the pages of the list are turned by keys', async ({ visit, quiet, data }) => {
	const page = await visit('small', '#view=list');
	const { code } = data('small').entries;

	await page.getByRole('button', { name: 'Next page' }).focus();
	await following(page, () => page.keyboard.press('Enter'));
	assert.deepEqual(await columnTexts(page, 'code'), code.slice(50, 100));
	await following(page, () => page.keyboard.press('Enter'));
	assert.deepEqual(await columnTexts(page, 'code'), code.slice(100));
	assert.equal(await page.getByRole('button', { name: 'Next page' }).getAttribute('aria-disabled'), 'true');
	await page.keyboard.press('Enter');
	assert.match(await page.locator('.where').textContent(), /3 of 3/);
	await quiet(page);
});

test('columns are chosen, and choosing is undone', async ({ visit, quiet }) => {
	const page = await visit('small', '#view=list');
	const heads = () => page.$$eval('table.list thead [data-column]', (cells) => cells.map((cell) => cell.dataset.column));
	const usual = ['name', 'code', 'kind', 'region', 'level', 'grade', 'score', 'rank', 'peer_rank'];

	assert.deepEqual(await heads(), usual);
	await page.getByText('Columns', { exact: true }).click();
	await following(page, () => page.getByRole('checkbox', { name: 'Cost per visit' }).check());
	assert.deepEqual((await heads()).sort(), [...usual, 'input.cost_per_visit'].sort());
	await following(page, () => page.getByRole('checkbox', { name: 'Region' }).uncheck());
	assert.deepEqual((await heads()).includes('region'), false);
	await following(page, () => page.getByRole('button', { name: 'The usual columns' }).click());
	assert.deepEqual(await heads(), usual);
	await page.getByText('Columns', { exact: true }).click();
	await quiet(page);
});

test('four are picked at most, and stay picked from page to page', async ({ visit, quiet, data }) => {
	const page = await visit('small', '#view=list');
	const { name } = data('small').entries;
	const boxes = page.locator('table.list tbody input');

	for (const n of [0, 2, 3, 5]) {
		await following(page, () => boxes.nth(n).check());
		assert.match(await page.evaluate(() => document.activeElement.dataset.keep), /^pick /, 'the focus stays');
	}
	assert.deepEqual(await page.$$eval('.tray li bdi', (names) => names.map((each) => each.textContent)), [0, 2, 3, 5].map((n) => name[n]));
	assert.equal(await boxes.nth(1).isDisabled(), true);
	assert.equal(await boxes.nth(0).isDisabled(), false);
	await following(page, () => page.getByRole('link', { name: '中文' }).click());
	assert.equal(await page.locator('.tray li').count(), 4);
	await following(page, () => page.getByRole('link', { name: 'English' }).click());
	await following(page, () => page.getByRole('button', { name: `Remove ${name[2]} from the comparison` }).click());
	assert.equal(await boxes.nth(2).isChecked(), false);
	assert.equal(await boxes.nth(1).isDisabled(), false);
	await following(page, () => page.locator('.tray a').click());
	assert.deepEqual(await page.$$eval('table.compare thead a', (names) => names.map((each) => each.textContent)), [0, 3, 5].map((n) => name[n]));
	await quiet(page);
});

test('the marks of the grades say how many were found of each', async ({ visit, quiet, data }) => {
	const page = await visit('small', '#view=list&region=3205A1');
	const rows = rowsOf(data('small')).filter((row) => row.region.code === '3205A1');
	const counts = data('small').grades.map((grade) => rows.filter((row) => row.grade === grade).length);

	assert.deepEqual(await page.$$eval('.grades .count', (texts) => texts.map((text) => Number(text.textContent))), counts);

	const said = await page.locator('.found-bar svg > title').textContent();

	data('small').grades.forEach((grade, n) => assert.equal(said.includes(`${grade.en} ${counts[n]}`), counts[n] > 0));
	await quiet(page);
});

test('the language changes everything but the data, and stays in the address', async ({ visit, quiet, go }) => {
	const page = await visit('small', '#view=list&grade=A');
	const codes = await columnTexts(page, 'code');

	await following(page, () => page.getByRole('link', { name: '中文' }).click());
	assert.equal(await page.evaluate(() => document.documentElement.lang), 'zh-Hans');
	assert.match(await page.evaluate(() => location.hash), /lang=zh/);
	assert.deepEqual(await columnTexts(page, 'code'), codes);
	assert.equal(await page.getByRole('columnheader', { name: '得分' }).count(), 1);
	assert.equal(await page.locator('.masthead .title').textContent(), '2025年度医疗保障定点医药机构信用评价结果公告');
	await following(page, () => page.getByRole('link', { name: '下载与核验' }).click());
	assert.equal(await page.locator('h1').textContent(), '下载与核验');
	await go(page, '#view=list&lang=en');
	assert.equal(await page.evaluate(() => document.documentElement.lang), 'en');
	assert.equal(await page.evaluate(() => localStorage.length + sessionStorage.length + document.cookie.length), 0);
	await quiet(page);
});

test('a browser that asks for Chinese gets it, and names keep their language', async ({ open, quiet }) => {
	const page = await open('small', '', { locale: 'zh-CN' });

	assert.equal(await page.evaluate(() => document.documentElement.lang), 'zh-Hans');
	assert.equal(await page.$$eval('table.list th bdi', (names) => names.every((name) => (name.lang === 'en') === !/\p{Script=Han}/u.test(name.textContent))), true);
	await quiet(page);
});

run(start);
