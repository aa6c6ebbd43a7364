'use strict';

/*
 * What the pages compute, against slow and plain computations: order of figures, quartiles, positions, addresses, searching.
 */

const assert = require('node:assert/strict');
const { test, run } = require('./tap.js');
const { start } = require('./browser.js');
const { random } = require('./sample.js');

/* A decimal as an integer of 10^-40. */
function exact(figure) {
	const [whole, broken = ''] = figure.replace('-', '').split('.');
	const value = BigInt(whole + broken.padEnd(40, '0'));

	return figure.startsWith('-') ? -value : value;
}

const order = (a, b) => exact(a) < exact(b) ? -1 : exact(a) > exact(b) ? 1 : 0;

function someFigure(draw) {
	const places = Math.floor(draw() * 8);
	const near = ['123456789012345678.123456', '123456789012345678.1234560', '123456789012345678.123457', '-123456789012345678.123456', '-123456789012345678.123457', '0.1000000000000000000001', '0', '0.0', '-0.00', '0.1', '0.10', '00.1', '-0.1'];

	if (draw() < 0.3)
		return near[Math.floor(draw() * near.length)];
	return `${draw() < 0.3 ? '-' : ''}${Math.floor(draw() * 10 ** Math.floor(draw() * 6))}${places ? `.${String(Math.floor(draw() * 10 ** places)).padStart(places, '0')}` : ''}`;
}

test('figures are ordered exactly', async ({ visit, quiet }) => {
	const page = await visit('small');
	const draw = random(11);
	const pairs = Array.from({ length: 4000 }, () => [someFigure(draw), someFigure(draw)]);
	const signs = await page.evaluate((each) => each.map(([a, b]) => Math.sign(Figures.compare(a, b)) || 0), pairs);

	pairs.forEach(([a, b], n) => assert.equal(signs[n], order(a, b), `${a} and ${b}`));
	await quiet(page);
});

test('only digits are figures', async ({ visit, quiet }) => {
	const page = await visit('small');

	assert.deepEqual(await page.evaluate(() => ['1', '-1.50', '0', '1.', '.5', '1e3', '', ' 1', '+1', 'NaN', null, undefined, 5].map(Figures.isFigure)),
		[true, true, true, false, false, false, false, false, false, false, false, false, true]);
	await quiet(page);
});

test('quartiles are by nearest rank, and positions are the share of peers on the worse side', async ({ visit, quiet, data }) => {
	const page = await visit('small');
	const { entries, values, inputs } = data('small');

	for (const input of inputs) {
		const found = await page.evaluate((name) => Data.model.entries.map((entry) => Peers.position(entry, Data.model.byKey.get(`input.${name}`))), input.name);

		found.forEach((position, entry) => {
			const peers = values[input.name].filter((figure, other) => figure !== null && entries.peer[other] === entries.peer[entry]);
			const ordered = [...peers].sort(order);
			const own = values[input.name][entry];

			assert.equal(position.n, peers.length);
			if (peers.length < 4) {
				assert.deepEqual([position.quartiles, position.share], [null, null]);
				return;
			}
			assert.deepEqual(position.quartiles, [1, 2, 3].map((quarter) => ordered[Math.ceil(quarter * peers.length / 4) - 1]));
			if (own === null) {
				assert.equal(position.share, null);
				return;
			}

			const worse = peers.filter((other) => input.better === 'lower' ? order(other, own) > 0 : order(other, own) < 0).length;
			const same = peers.filter((other) => order(other, own) === 0).length;

			assert.ok(Math.abs(position.share - (worse + same / 2) / peers.length) < 1e-12);
			assert.equal(position.quarter, Math.min(4, Math.floor((worse + same / 2) / peers.length * 4 + 1e-12) + 1));
		});
	}
	await quiet(page);
});

test('searching makes no difference of width, case, accents, marks of direction and blanks', async ({ visit, quiet }) => {
	const page = await visit('small');
	const same = [['ＡＢＣ １２', 'abc 12'], ['Clínica  São', 'clinica sao'], ['\u202eabc\u202c', 'abc'], ['a\u200bb', 'ab'], ['Ｈ\u3000３', 'h 3'], ['ﬁne', 'fine'], ['①', '1']];

	for (const [a, b] of same)
		assert.equal(await page.evaluate((text) => Data.normalised(text), a), b);
	await quiet(page);
});

test('an address gives back the state that it was made of, whatever the texts', async ({ visit, quiet }) => {
	const page = await visit('small');
	const texts = ['', 'a', '&=#%+ ', '\u202e', '名 称', '<b>', 'entry:1', '%zz', '#'.repeat(50), '__proto__'];

	for (const view of ['list', 'provider', 'compare', 'tables', 'check'])
		for (const text of texts) {
			const state = { view, language: 'zh', q: text, sort: text || null, descending: text !== '', page: 3, provider: text || null, counts: true, pick: text ? [text] : [],
				region: text ? [text] : [], level: [], kind: [], grade: text ? [text, 'B'] : [], columns: [] };
			const again = await page.evaluate((asked) => Router.read(Router.address(asked)), state);
			const kept = { list: ['q', 'sort', 'descending', 'page', 'region', 'grade'], provider: ['provider'], compare: [], tables: ['counts'], check: [] }[view];

			for (const key of ['view', 'language', 'pick', ...kept])
				assert.deepEqual(again[key], state[key], `${view} ${key} ${text}`);
		}
	await quiet(page);
});

test('an address that makes no sense shows the list', async ({ visit, quiet, go }) => {
	const page = await visit('small', '#view=nothing&page=-3&sort=x&region=x&grade=x&lang=xx&columns=x&pick=x&order=down');

	assert.equal(await page.locator('table.list tbody tr').count(), 50);
	for (const hash of ['#%', '#=&&=', '#page=1e9', '#page=NaN', '#view=provider', '#view=compare&pick=&pick=%00', '#lang=zh&lang=en', `#q=${'x'.repeat(5000)}`])
		await go(page, hash);
	await go(page, '#page=1e9');
	assert.equal(await page.locator('table.list tbody tr').count(), 20);
	await quiet(page);
});

test('periods and days are said in both languages', async ({ visit, quiet }) => {
	const page = await visit('small');
	const said = (lang) => page.evaluate((name) => { Language.use(name); return ['2025', '2025H1', '2025H2', '2025Q3', '2025-07', '2025-07-01', 'spring', '<b>'].map(Figures.period); }, lang);

	assert.deepEqual(await said('en'), ['2025', 'First half of 2025', 'Second half of 2025', 'Quarter 3 of 2025', 'July 2025', '1 July 2025', 'spring', '<b>']);
	assert.deepEqual(await said('zh'), ['2025年', '2025年上半年', '2025年下半年', '2025年第3季度', '2025年7月', '2025年7月1日', 'spring', '<b>']);
	await quiet(page);
});

test('every text is there in both languages, with the same things to fill in', async ({ visit, quiet }) => {
	const page = await visit('small');
	const wrong = await page.evaluate(() => Language.keys().filter((key) => {
		const holes = (text) => [...new Set(text.match(/\{\w+\}/g) ?? [])].sort().join();
		const [english, chinese] = Language.both(key);

		return !english || !chinese || english.split('|').some((part) => part === '') || holes(english) !== holes(chinese) && holes(english.split('|')[1] ?? english) !== holes(chinese);
	}));

	assert.deepEqual(wrong, []);
	await quiet(page);
});

run(start);
