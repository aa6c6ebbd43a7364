'use strict';

/*
 * Texts that try to be something else stay texts, and the policy of the pages holds where one would not.
 */

const assert = require('node:assert/strict');
const fs = require('node:fs');
const path = require('node:path');
const { test, run } = require('./tap.js');
const { start } = require('./browser.js');
const { HOSTILE } = require('./sample.js');

const SITE = path.join(__dirname, '..', '..', 'web');
const ELEMENTS = 'a,article,aside,bdi,body,button,caption,circle,code,dd,defs,desc,details,div,dl,dt,fieldset,figcaption,figure,footer,form,h1,h2,h3,head,header,html,input,label,legend,li,line,link,main,meta,nav,noscript,'
	+ 'option,p,path,pattern,pre,rect,script,section,select,span,strong,summary,svg,table,tbody,td,text,th,thead,title,tr,ul';

/* What of a page could act: elements that are not ours, attributes with scripts, links that lead away. */
function found(page) {
	return page.evaluate((ours) => [...document.querySelectorAll('*')].flatMap((element) => [
		...ours.split(',').includes(element.localName) ? [] : [`<${element.localName}>`],
		...[...element.attributes].filter((attribute) => /^(on|style$|srcdoc$|action$|formaction$)/.test(attribute.name)).map((attribute) => attribute.name),
		...element.localName === 'a' && element.hasAttribute('href') && !/^(#|[\w.-]+$)/.test(element.getAttribute('href')) ? [element.getAttribute('href')] : [],
		...element.localName === 'script' && !/^site\/[\w-]+\.js$/.test(element.getAttribute('src')) ? ['script'] : []])
		.concat(globalThis.harmed === undefined ? [] : ['harmed']), ELEMENTS);
}

test('hostile texts act nowhere, in no language', async ({ visit, quiet, data }) => {
	for (const lang of ['en', 'zh']) {
		const ids = ['X0', 'X1', 'X2', 'entry:38', 'entry:40', 'entry:41', encodeURIComponent('constructor'), encodeURIComponent('<script>')];

		for (const hash of ['#view=list', '#view=list&sort=name', '#view=list&columns=input.complaints&columns=peer', '#view=tables', '#view=check', ...ids.map((id) => `#view=provider&provider=${id}`), '#view=compare&pick=X1&pick=X2&pick=X5&pick=constructor',
			`#view=list&q=${encodeURIComponent(HOSTILE[0])}`]) {
			const page = await visit('hostile', `${hash}&lang=${lang}`);

			assert.deepEqual(await found(page), [], hash);
		}
	}

	const page = await visit('hostile', '#view=list&lang=en');
	const names = await page.$$eval('table.list th a', (links) => links.map((link) => link.textContent));

	assert.deepEqual(names, data('hostile').entries.name);
	await quiet(page);
});

test('every name is kept to itself', async ({ visit, quiet }) => {
	const page = await visit('hostile', '#view=list&lang=en');

	assert.equal(await page.$$eval('table.list th a', (links) => links.every((link) => link.children.length === 1 && link.firstChild.localName === 'bdi' && link.firstChild.textContent === link.textContent)), true);

	// a text that turns the direction around leaves what stands beside it where it was
	const boxes = await page.$$eval('table.list tbody tr', (rows) => rows.map((row) => row.querySelector('[data-column="code"]').getBoundingClientRect().left));

	assert.equal(new Set(boxes.map(Math.round)).size, 1);
	await quiet(page);
});

test('a provider that is called like what every object has has a history of its own only', async ({ visit, quiet }) => {
	const page = await visit('hostile', '#view=provider&provider=__proto__&lang=en');

	assert.equal(await page.locator('h1').textContent(), '__proto__');
	assert.match(await page.locator('section.history').textContent(), /no earlier bulletin/);
	await visit('hostile', '#view=provider&provider=constructor&lang=en');
	assert.equal(await page.locator('section.history tbody tr').count(), 2);
	await quiet(page);
});

test('the policy forbids scripts and styles within the page, markup out of texts, and every connection', async ({ open }) => {
	const page = await open('one');
	const tried = await page.evaluate(async () => {
		const outcomes = {};
		const attempt = (name, action) => { try { action(); outcomes[name] = 'done'; } catch (error) { outcomes[name] = error.name; } };

		attempt('innerHTML', () => { document.createElement('p').innerHTML = '<b>x</b>'; });
		attempt('write', () => document.write('<b>x</b>'));
		// later, as what a test evaluates may itself evaluate
		await new Promise((resolve) => { setTimeout(() => { attempt('eval', () => (0, eval)('1')); resolve(); }); });
		attempt('inline', () => { const script = document.createElement('script'); script.textContent = 'globalThis.harmed = 1'; document.head.append(script); });
		attempt('style', () => { const style = document.createElement('style'); style.textContent = 'body{color:red}'; document.head.append(style); });
		attempt('handler', () => document.body.setAttribute('onclick', 'globalThis.harmed = 1'));
		document.body.click();
		document.body.setAttribute('style', 'color: rgb(255, 0, 0)');
		outcomes.fetch = await fetch('data:text/plain,x').then(() => 'done', (error) => error.name);
		outcomes.color = getComputedStyle(document.body).color;
		outcomes.harmed = globalThis.harmed;
		return outcomes;
	});

	for (const name of ['innerHTML', 'write', 'inline', 'fetch'])
		assert.equal(tried[name], 'TypeError', name);
	assert.equal(tried.eval, 'EvalError');
	assert.equal(tried.harmed, undefined);
	assert.notEqual(tried.color, 'rgb(255, 0, 0)');
	assert.ok((await page.evaluate(() => globalThis.violations)).length >= 5);
	await page.context().close();
});

test('the files keep the rules: no markup out of texts, nothing from elsewhere, nothing stored, no file too long', () => {
	const files = fs.readdirSync(SITE, { recursive: true }).map(String).filter((name) => /\.(html|css|js|svg)$/.test(name));

	assert.ok(files.length > 20);
	for (const name of files) {
		const text = fs.readFileSync(path.join(SITE, name), 'utf8');
		const code = text.replaceAll('http://www.w3.org/2000/svg', '');

		assert.doesNotMatch(code, /innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|new Function|localStorage|sessionStorage|indexedDB|cookie|fetch\(|XMLHttpRequest|WebSocket|sendBeacon|https?:|@import|\bstyle=|\bon\w+="/, name);
		assert.ok(text.split('\n').length <= 600, `${name} is too long`);
		assert.match(text, /\n$/, name);
	}
	for (const [, source] of fs.readFileSync(path.join(SITE, 'index.html'), 'utf8').matchAll(/(?:src|href)="(site\/[^"]+)"/g))
		assert.ok(source === 'site/data.js' || files.includes(source), source);
});

run(start);
