'use strict';

/*
 * The tables with what is withheld in them, the trend, the downloads, and bulletins that lack one thing or another.
 */

const assert = require('node:assert/strict');
const { test, run } = require('./tap.js');
const { start, following } = require('./browser.js');
const sample = require('./sample.js');

test('the table has every published count, and a mark with its reason for every other cell', async ({ visit, quiet, data }) => {
	const { cells } = data('small');
	const page = await visit('small', '#view=tables&lang=en');
	const rows = await page.$$eval('.table-section .small tbody tr', (each) => each.map((row) => [...row.children].map((cell) => cell.querySelector('.spoken')?.textContent ?? cell.textContent)));
	const words = { below_minimum: 'below the smallest count that is disclosed', secondary: 'withheld so that another cell cannot be computed' };
	const expected = new Map();

	for (const cell of cells)
		expected.set(cell.class_en, [...expected.get(cell.class_en) ?? [cell.class_en], cell.count ?? words[cell.reason]]);
	assert.ok(cells.some((cell) => cell.reason === 'below_minimum') && cells.some((cell) => cell.reason === 'secondary'));
	assert.deepEqual(rows, [...expected.values()]);
	assert.equal(await page.locator('.marks li').count(), 2);
	await quiet(page);
});

test('bars are as long as their counts, what is withheld is hatched and said', async ({ visit, quiet, data }) => {
	const { cells, levels, grades } = data('small');
	const count = (level, grade) => cells.find((cell) => cell.class === level && cell.grade === grade).count;

	for (const address of ['#view=tables&lang=en', '#view=tables&bars=counts&lang=en']) {
		const page = await visit('small', address);
		const bars = await page.$$eval('.table-section .bar', (each) => each.map((bar) => ({ title: bar.querySelector(':scope > title').textContent,
			parts: [...bar.querySelectorAll('.part')].map((part) => ({ width: parseFloat(part.getAttribute('width')), x: parseFloat(part.getAttribute('x')), hatched: part.getAttribute('fill') !== null })) })));
		const longest = Math.max(...levels.map((level) => Number(count(level.code, null))));

		levels.forEach((level, n) => {
			const total = Number(count(level.code, null));
			const shown = grades.map((grade) => count(level.code, grade.code)).filter((each) => each !== null && each !== '0');
			const rest = total - shown.reduce((sum, each) => sum + Number(each), 0);
			const whole = address.includes('counts') ? longest : total;
			const widths = [...shown.map(Number), ...grades.some((grade) => count(level.code, grade.code) === null) ? [rest] : []];
			let x = 0;

			assert.equal(bars[n].parts.length, widths.length);
			widths.forEach((size, part) => {
				assert.ok(Math.abs(bars[n].parts[part].width - size / whole * 100) < 0.002);
				assert.ok(Math.abs(bars[n].parts[part].x - x) < 0.01);
				x += size / whole * 100;
			});
			assert.equal(bars[n].parts.at(-1).hatched, widths.length > shown.length);
			assert.equal(bars[n].title.includes(`withheld: ${rest} together`), widths.length > shown.length);
			assert.ok(bars[n].title.startsWith(`${level.en}: `));
		});
		await quiet(page);
	}
});

test('means are called means, by the title of their table, and make no whole', async ({ open, quiet }) => {
	const made = sample.tablesOnly();
	const cell = (table, code, order, count, reason, grade) => ({ table, measure: table, class: code, class_en: code, class_zh: code, class_order: order, class_parent: order === 0 ? null : 0,
		grade: grade ?? null, grade_en: grade ?? null, grade_zh: grade ?? null, grade_order: 1, total: order === 0, count, reason });
	const lines = (table, grade) => [['K35', 1, '8390.32', null], ['I63', 2, null, 'confidential'], ['N40', 3, null, 'no_cases'], [null, 0, '7361.5', null]].map(([code, order, count, reason]) => cell(table, code, order, count, reason, grade));

	made.bulletin.tables = [{ name: 'cost / cases', en: 'By disease: Cost / Cases', zh: '按病种：费用 / 例数' }];
	made.cells = [...lines('cost / cases'), ...lines('stay / cases', '3'), ...lines('stay / cases', '2').map((each) => ({ ...each, grade_order: 2 }))];
	const page = await open('means', '#view=tables&lang=en', { own: made });
	const section = (n) => page.locator('.table-section').nth(n);

	assert.equal(await section(0).locator('h2').textContent(), 'By disease: Cost / Cases');
	assert.equal(await section(0).locator('p').first().textContent(), 'Means: cost / cases');
	assert.equal(await section(0).locator('figcaption').textContent(), 'Bars are as long as the means.');
	assert.equal(await section(0).locator('.bar').count(), 3);
	assert.deepEqual(await section(0).locator('.marks li').allTextContents(), ['[c1] small, or it would give a small figure away', '[c2] there are no cases']);
	assert.deepEqual(await section(0).locator('.small tbody tr').first().locator('td').allTextContents(), ['8390.32']);
	assert.equal(await section(1).locator('.bar').count(), 0);
	assert.equal(await section(1).locator('.note').textContent(), 'Means by two classes are not drawn: they add up to nothing.');
	await quiet(page);
});

test('a table of sums does not speak of counts, nor one without grades of grades', async ({ open, quiet }) => {
	const made = sample.tablesOnly();

	made.cells = [['1', 'One', 1], ['2', 'Two', 2], [null, null, 0]].map(([code, name, order]) => ({ table: 't', table_en: null, table_zh: null, measure: 'fund', class: code, class_en: name, class_zh: name, class_order: order,
		grade: null, grade_en: null, grade_zh: null, grade_order: 0, total: order === 0, count: String(order * 1000 + 0.5), reason: null }));
	for (const [measure, title, note] of [['fund', 'Sums by class', 'Bars are as long as the sums.'], ['count', 'Counts by class', 'Bars are as long as the counts.']]) {
		made.cells.forEach((cell) => { cell.measure = measure; });

		const page = await open(`measure-${measure}`, '#view=tables&lang=en', { own: made });

		assert.equal(await page.textContent('.table-section h2'), title);
		assert.equal(await page.textContent('.table-section figcaption'), note);
		await quiet(page);
	}
});

test('where a total is withheld too, the size of what is hatched is not stated', async ({ open, quiet }) => {
	const made = sample.bulletin(120);

	made.cells = made.cells.filter((cell) => !cell.total);
	const page = await open('margins', '#view=tables', { own: made });
	const titles = await page.$$eval('.table-section .bar > title', (each) => each.map((title) => title.textContent));

	assert.equal(titles.filter((title) => title.includes('withheld, size not stated')).length, new Set(made.cells.filter((cell) => cell.count === null).map((cell) => cell.class)).size);
	assert.equal(titles.some((title) => title.includes('together')), false);
	await quiet(page);
});

test('the length of the bars is switched, and the focus stays', async ({ visit, quiet }) => {
	const page = await visit('small', '#view=tables&lang=en');

	await following(page, () => page.getByRole('link', { name: 'Counts' }).click());
	assert.equal(await page.getByRole('link', { name: 'Counts' }).getAttribute('aria-current'), 'true');
	assert.equal(await page.evaluate(() => document.activeElement.textContent), 'Counts');
	await quiet(page);
});

test('several tables, sums, one of too many columns', async ({ open, quiet }) => {
	const made = sample.bulletin(30);
	const of = (name, columns, count) => Array.from({ length: columns }, (cell, n) => ({ table: name, class: 'x', class_en: 'Class', class_zh: '类', class_order: 1, grade: `g${n}`, grade_en: `G${n}`, grade_zh: null, grade_order: n + 1, total: false, count, reason: null }));

	made.cells = [...made.cells, ...of('fund', 3, '1234567.80').map(({ count, ...cell }) => ({ ...cell, table_en: 'Use of the fund', table_zh: '基金使用', measure: 'cost_per_visit', value: count })), ...of('negative', 2, '-5'), ...of('wide', 30, '1')];
	const page = await open('several', '#view=tables', { own: made });

	assert.deepEqual(await page.$$eval('.table-section h2', (heads) => heads.map((head) => head.textContent)), ['Table: grades', 'Use of the fund', 'Table: negative', 'Table: wide']);
	assert.deepEqual(await page.$$eval('.table-section', (sections) => sections.map((section) => section.querySelectorAll('.bar').length > 0)), [true, true, false, false]);
	assert.equal(await page.locator('.table-section').nth(1).locator('td').first().textContent(), '1234567.80');
	assert.match(await page.locator('.table-section').nth(1).textContent(), /Sums: Cost per visit/);
	await quiet(page);
});

test('regions with what is in them, percentages, and a table of rows alone', async ({ open, quiet }) => {
	const made = sample.bulletin(10);
	const cell = (order, parent, code, label, column, count, percent, reason) => ({ table: 'regions', table_en: 'By region', table_zh: '按地区', measure: 'count', class: code, class_en: label, class_zh: null, class_order: order, class_parent: parent,
		grade: column, grade_en: column ?? 'Total', grade_zh: null, grade_order: column === null ? 0 : 1, total: column === null, count, percent, reason });
	const rows = [[1, 0, 't', 'Land'], [2, 1, 't', 'Land itself'], [3, 1, 't1', 'One'], [4, 3, 't11', 'One-one'], [5, 0, '', 'not stated'], [0, null, null, 'Total']];
	const figures = [['6', '100.00', null], [null, null, 'confidential'], ['4', '66.67', null], [null, null, 'confidential'], ['0', null, 'percent: confidential'], ['6', '100.00', null]];

	made.cells = [...rows.flatMap((row, n) => [cell(...row, 'A', ...figures[n]), cell(...row, null, ...figures[n])]),
		...rows.map((row, n) => ({ ...cell(...row, null, ...figures[n]), table: 'alone', table_en: 'Rows alone', percent: null }))];
	const page = await open('regions', '#view=tables', { own: made });
	const texts = await page.$$eval('.table-section', (sections) => sections.map((section) => [...section.querySelectorAll('.small tbody tr')].map((row) => [...row.children].map((one) => one.textContent))));
	const reason = 'small, or it would give a small figure away';

	assert.deepEqual(texts[0].map((row) => row.slice(0, 2)), [['Land', '6 100.00 %'], ['Land itself', `[c]${reason}`], ['One', '4 66.67 %'], ['One-one', `[c]${reason}`], ['not stated', `0 [c]${reason}`], ['Total', '6 100.00 %']]);
	assert.deepEqual(await page.$$eval('.table-section:first-of-type .small tbody th', (heads) => heads.map((head) => head.firstChild.className?.replace('long', '') ?? '')), ['', 'depth-1', 'depth-1', 'depth-2', '', '']);
	assert.deepEqual(texts[1].map((row) => row[1]), ['6', `[c]${reason}`, '4', `[c]${reason}`, `0 [c]${reason}`, '6']);
	assert.equal(await page.locator('.table-section').nth(1).locator('.bar').count(), 5);
	await quiet(page);
});

test('the trend counts the lists bulletin by bulletin', async ({ visit, quiet, data }) => {
	const made = data('small');
	const page = await visit('small', '#view=tables&lang=en');
	const rows = await page.$$eval('.trend-section tbody tr', (each) => each.map((row) => [...row.children].map((cell) => cell.textContent)));
	const past = made.history.bulletins.map((bulletin, place) => [bulletin.period, ...made.grades.map((grade) => String(Object.values(made.history.entries).flat().filter((line) => line[0] === place && line[2] === grade.code).length))]);

	assert.deepEqual(rows, [...past, ['2025', ...made.grades.map((grade, n) => String(made.entries.grade.filter((each) => each === n).length))]]);
	await quiet(page);
});

test('a grade has one colour everywhere, and one that only the past knows has none', async ({ open, quiet, go }) => {
	const made = sample.bulletin(40, 2);

	// nobody has the worst grade but in the table; one had a grade once that is not given any more
	made.entries.grade = made.entries.grade.map((grade) => Math.min(grade, 2));
	made.grades.pop();
	Object.values(made.history.entries)[0][0][2] = 'AAA';
	const page = await open('scale', '#view=list', { own: made });
	const colours = (selector) => page.$$eval(selector, (marks) => Object.fromEntries(marks.map((mark) => [mark.textContent, getComputedStyle(mark).backgroundColor])));
	const list = await colours('.grades .grade-code');

	await go(page, '#view=tables');

	const swatches = await page.$$eval('.table-section .key .swatch', (marks) => marks.map((mark) => getComputedStyle(mark).backgroundColor));
	const trend = await page.$$eval('.trend-section .key li', (items) => items.map((item) => [item.textContent, item.firstChild.className]));

	assert.deepEqual(Object.values(list), swatches.slice(0, 3));
	assert.equal(new Set(swatches).size, swatches.length);
	assert.deepEqual(trend.at(-1), ['AAA', 'swatch step-none']);
	await quiet(page);
});

test('downloads lead to the files of the bundle, and the hash is shown', async ({ open, visit, quiet, data }) => {
	const made = data('small');
	const page = await visit('small', '#view=check&lang=en');
	const files = await page.$$eval('section.files a', (links) => links.map((each) => each.getAttribute('href')));

	for (const file of ['entries.csv', 'values.csv', 'cells.csv', 'adjustments.csv', 'data.json', 'bulletin.xlsx', 'manifest.sha256', 'heading.json', 'chain.csv', 'items.csv', 'datapackage.json'])
		assert.ok(files.includes(file), file);
	assert.deepEqual(await page.$$eval('.hashes dd', (each) => each.map((one) => one.textContent)), [made.bulletin.hash, made.bulletin.previous_hash]);
	assert.deepEqual(await page.$$eval('pre', (each) => each.map((one) => one.textContent)), ['sha256sum -c manifest.sha256', 'credence verify .', 'sha256sum heading.json']);
	await quiet(page);

	const other = await open('files', '#view=check', { own: { ...made, files: ['entries.csv', 'scheme.json', 'entries-2.xlsx', 'index.html', 'site/data.js', '../secret', 'javascript:x', 5] } });

	assert.deepEqual(await other.$$eval('section.files a', (links) => links.map((each) => each.getAttribute('href'))), ['entries.csv', 'scheme.json', 'entries-2.xlsx']);
	await quiet(other);
});

test('a bulletin of tables only opens with them, and says that it names no one', async ({ visit, quiet }) => {
	const page = await visit('tables', '#lang=en');

	assert.equal(await page.locator('h1').textContent(), 'Distribution and trends');
	assert.deepEqual(await page.$$eval('.tabs a', (links) => links.map((each) => each.textContent)), ['List', 'Distribution', 'Download and check']);
	await following(page, () => page.getByRole('link', { name: 'List' }).click());
	assert.equal(await page.locator('h1').textContent(), 'This bulletin names no one');
	await quiet(page);
});

test('a bulletin without tables and history has neither in its pages', async ({ visit, quiet, data }) => {
	const page = await visit('list', '#lang=en');

	assert.deepEqual(await page.$$eval('.tabs a', (links) => links.map((each) => each.textContent)), ['List', 'Compare', 'Download and check']);
	await visit('list', `#view=provider&provider=${data('list').entries.code[0]}&lang=en`);
	assert.deepEqual(await page.$$eval('main section h2', (heads) => heads.map((head) => head.textContent)), ['Figures against peers', 'History', 'Not disclosed']);
	assert.match(await page.locator('.withheld .note').textContent(), /Score, Rank, Rank among peers, Reasons\.$/);
	await visit('list', '#view=tables&lang=en');
	assert.match(await page.locator('main').textContent(), /has no table/);
	await quiet(page);
});

test('one entry, everything withheld, nothing at all', async ({ visit, quiet, data }) => {
	let page = await visit('one', `#view=provider&provider=${data('one').entries.code[0]}&lang=en`);

	assert.match(await page.locator('section.figures').textContent(), /1 entry of the same peer group/);
	assert.match(await page.locator('section.figures').textContent(), /too few to compare/);
	assert.equal(await page.locator('.strip').count(), 0);
	await quiet(page);
	page = await visit('withheld', '#lang=en');
	assert.equal(await page.locator('table.list tbody tr').count(), 12);
	await visit('withheld', '#view=provider&provider=entry:30&lang=en');
	assert.equal(await page.locator('h1').textContent(), 'Entry 30');
	assert.match(await page.locator('.verdict').textContent(), /No grade published/);
	assert.equal(await page.locator('section.withheld tbody tr').count(), 4);
	await visit('withheld', '#view=tables&lang=en');
	assert.equal(await page.locator('.table-section .part:not([fill])').count(), 0);
	await quiet(page);
	page = await visit('none', '#lang=en');
	assert.match(await page.locator('main').textContent(), /neither entries nor tables/);
	await quiet(page);
});

test('a bulletin that was corrected or withdrawn says so first', async ({ open, quiet, data }) => {
	for (const [state, words] of [['corrected', /was corrected/], ['withdrawn', /was withdrawn/], ['reviewed', /preview \(state: reviewed\)/]]) {
		const page = await open(state, '', { own: { ...data('one'), bulletin: { ...data('one').bulletin, state } } });

		assert.match(await page.getByRole('alert').textContent(), words);
		await quiet(page);
	}
});

test('without data, or with data of another format, the page says what to do', async ({ open, data }) => {
	for (const [name, own, words] of [['missing', null, /site\/data\.js is missing/], ['format', { ...data('one'), format: 2 }, /format 2/]]) {
		const page = await open(name, '', { own });

		assert.match(await page.locator('main').textContent(), words);
		assert.equal(await page.locator('main section[lang="zh-Hans"]').count(), 1);
		await page.context().close();
	}
});

test('without JavaScript the page says so in both languages and leads to the files', async ({ open }) => {
	const page = await open('small', '', { javaScriptEnabled: false });

	assert.match(await page.locator('main').textContent(), /needs JavaScript.*需要启用 JavaScript/s);
	assert.equal(await page.getByRole('link', { name: 'entries.csv' }).isVisible(), true);
	await page.context().close();
});

run(start);
