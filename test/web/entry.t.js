'use strict';

/*
 * The page of an entry and the comparison: what stands there is what was published, in full and nowhere else.
 */

const assert = require('node:assert/strict');
const { test, run } = require('./tap.js');
const { start, following } = require('./browser.js');
const sample = require('./sample.js');

const link = (code) => `#view=provider&provider=${encodeURIComponent(code)}&lang=en`;

/* The texts of the rows of a table, what is spoken only left out, null for a dash. */
function tableTexts(page, section) {
	return page.$$eval(`section.${section} tbody tr`, (rows) => rows.map((row) => [...row.children].map((cell) => {
		const copy = cell.cloneNode(true);

		copy.querySelectorAll('.spoken, svg, .direction').forEach((part) => part.remove());
		return cell.querySelector('.dash') ? null : copy.textContent;
	})));
}

test('an entry says what was published of it', async ({ visit, quiet, data }) => {
	const made = data('small');

	await visit('small', '#view=list');
	for (const n of [0, 1, 6, 50, 119]) {
		const page = await visit('small', link(made.entries.code[n]));
		const { entries } = made;
		const facts = await page.$$eval('.who dl div, .verdict dl div', (pairs) => pairs.map((pair) => [pair.children[0].textContent, pair.children[1].textContent]));
		const expected = [['Code', entries.code[n]], ['Kind', made.kinds[entries.kind[n]].en], ['Region', made.regions[entries.region[n]].en], ['Level', made.levels[entries.level[n]].en],
			['Peer group', entries.peer[n]], ...entries.leaves_on[n] ? [['Shown until before', '1 January 2099']] : [], ['Score', entries.score[n]], ['Rank', String(entries.rank[n])], ['Rank among peers', String(entries.peer_rank[n])]];

		assert.equal(await page.locator('h1').textContent(), entries.name[n]);
		assert.equal(await page.evaluate(() => document.activeElement.tagName), 'H1');
		assert.ok((await page.title()).startsWith(entries.name[n]));
		assert.deepEqual(facts, expected);
		assert.equal(await page.locator('.verdict .grade-code').textContent(), made.grades[entries.grade[n]].code);

		const figures = await tableTexts(page, 'figures');

		assert.deepEqual(figures.map((row) => row[1]), [entries.score[n], ...made.inputs.map((input) => made.values[input.name][n])]);
		assert.deepEqual(figures.slice(1).map((row) => [row[0], row[2]]), made.inputs.map((input) => [input.en, input.unit]));
		await quiet(page);
	}
});

test('the strip shows where the position is, and says it', async ({ visit, quiet, data }) => {
	const page = await visit('small', link(data('small').entries.code[1]));
	const strips = await page.$$eval('section.figures tbody tr:has(.strip)', (rows) => rows.map((row) => ({
		x: parseFloat(row.querySelector('.mark').getAttribute('x')), title: row.querySelector('title').textContent, words: row.querySelector('.position-words').textContent, name: row.children[0].firstChild.textContent })));

	assert.ok(strips.length >= 7);
	for (const { x, title, words } of strips) {
		const quarter = Math.min(4, Math.floor((x - 2) / 96 * 4 + 1e-9) + 1);

		assert.ok(title.endsWith(words));
		assert.ok([['worst quarter', 'second-worst quarter', 'second-best quarter', 'best quarter'][quarter - 1], ['lowest quarter', 'second lowest quarter', 'second highest quarter', 'highest quarter'][quarter - 1], 'the same as half of the peers or more'].includes(words), `${x} ${words}`);
	}
	await quiet(page);
});

test('reasons, adjustments in their order, and what is withheld with its reason', async ({ visit, quiet, data }) => {
	const made = data('small');
	const several = made.entries.basis.findIndex((basis) => basis?.includes(';'));
	const [adjusted, , , before, after, reason] = made.adjustments[0];
	const hidden = made.entries.withheld.findIndex((text) => text !== null);
	let page = await visit('small', link(made.entries.code[several]));

	assert.deepEqual(await page.$$eval('section.reasons li', (items) => items.map((item) => item.textContent)), made.entries.basis[several].split('; '));
	page = await visit('small', link(made.entries.code[adjusted]));
	assert.deepEqual(await tableTexts(page, 'adjustments'), [['1', 'Grade', ...[before, after].map((code) => `${code} ${made.grades.find((grade) => grade.code === code).en}`), reason]]);
	page = await visit('small', link(made.entries.code[hidden]));
	assert.deepEqual(await tableTexts(page, 'withheld'), [['Own expense rate', 'not disclosed under the policy']]);
	await quiet(page);
});

test('the history has every earlier bulletin that shows the entry, and this one first', async ({ visit, quiet, data }) => {
	const made = data('small');
	const [code, lines] = Object.entries(made.history.entries).find(([, each]) => each.length > 2);
	const n = made.entries.code.indexOf(code);
	const page = await visit('small', link(code));
	const rows = await tableTexts(page, 'history');
	const expected = lines.map(([place, score, grade, rank]) => [made.history.bulletins[place].period, made.history.bulletins[place].published_on, score, grade, String(rank), null]);

	assert.deepEqual(rows.map((row) => [row[0].slice(0, 4), row[1], row[2], row[3].split(' ')[0], row[4], row[5]]),
		[['2025', '2026-02-10', made.entries.score[n], made.grades[made.entries.grade[n]].code, String(made.entries.rank[n]), String(made.entries.peer_rank[n])], ...expected.reverse()]);

	const drawn = await page.$$eval('section.history .dot', (dots) => dots.map((dot) => Number(dot.parentNode.getAttribute('y'))));
	const scores = [...lines.map((line) => Number(line[1])), Number(made.entries.score[n])];

	assert.equal(drawn.length, scores.length);
	scores.forEach((score, a) => scores.forEach((other, b) => assert.ok(score <= other || drawn[a] < drawn[b], 'a higher score is drawn higher')));

	const said = await page.locator('section.history svg.lines > desc').textContent();

	scores.forEach((score, place) => assert.ok(said.includes((place < lines.length ? lines[place][1] : made.entries.score[n]))));
	await quiet(page);
});

test('what is over is not shown, and is counted', async ({ open, quiet }) => {
	const made = sample.bulletin(10, 9);

	made.entries.leaves_on = made.entries.leaves_on.map((day, n) => ['2001-01-01', '2099-12-31', null][n % 3]);
	const page = await open('over', '', { own: made });

	assert.equal(await page.locator('table.list tbody tr').count(), 6);
	assert.match(await page.locator('main').textContent(), /4 entries are not shown any more/);
	await following(page, () => page.evaluate((hash) => { location.hash = hash; }, link(made.entries.code[0])));
	assert.equal(await page.locator('h1').textContent(), 'No such entry');
	assert.equal((await page.locator('main').textContent()).includes(made.entries.name[0]), false);
	await quiet(page);
});

test('entries of the same code, or without one, are called by their number', async ({ open, quiet }) => {
	const made = sample.bulletin(5, 9);

	made.entries.code = ['S', 'S', null, 'entry:30', 'T'];
	const page = await open('codes', '', { own: made });
	const links = await page.$$eval('table.list tbody a', (each) => each.map((one) => new URLSearchParams(one.hash.slice(1)).get('provider')));

	assert.deepEqual(links, ['entry:26', 'entry:27', 'entry:28', 'entry:29', 'T']);
	for (const [n, id] of [...links, 'entry:30'].entries()) {
		await page.evaluate((hash) => { location.hash = hash; }, link(id));
		await page.waitForFunction((name) => document.querySelector('h1').textContent === name, made.entries.name[Math.min(n, 4)]);
	}
	await quiet(page);
});

test('an entry is added to the comparison from its page', async ({ visit, quiet, data }) => {
	const page = await visit('small', link(data('small').entries.code[3]));

	await following(page, () => page.getByRole('button', { name: 'Add to the comparison' }).click());
	assert.equal(await page.evaluate(() => document.activeElement.textContent), 'Remove from the comparison');
	assert.equal(await page.locator('.tray li').count(), 1);
	await following(page, () => page.getByRole('button', { name: 'Remove from the comparison' }).click());
	assert.equal(await page.locator('.tray li').count(), 0);
	await quiet(page);
});

test('four are compared figure by figure, and their scores over time', async ({ visit, quiet, data }) => {
	const made = data('small');
	const places = [1, 3, 6, 10];
	const page = await visit('small', `#view=compare&${places.map((n) => `pick=${made.entries.code[n]}`).join('&')}&lang=en`);
	const rows = Object.fromEntries(await page.$$eval('table.compare tbody tr', (each) => each.map((row) => [row.children[0].firstChild.textContent, [...row.children].slice(1).map((cell) => cell.querySelector('.dash') ? null : cell.firstChild.textContent)])));

	assert.deepEqual(rows.Score, places.map((n) => made.entries.score[n]));
	for (const input of made.inputs)
		assert.deepEqual(rows[input.en], places.map((n) => made.values[input.name][n]));
	assert.deepEqual(rows.Region, places.map((n) => made.regions[made.entries.region[n]].en));

	const dots = await page.locator('.trend .dot').count();

	assert.equal(dots, places.reduce((sum, n) => sum + 1 + (made.history.entries[made.entries.code[n]]?.length ?? 0), 0));
	await following(page, () => page.locator('table.compare thead button').first().click());
	assert.equal(await page.locator('table.compare thead th').count(), 3);
	assert.equal(await page.evaluate(() => document.activeElement.tagName), 'H1');
	await quiet(page);
});

run(start);
