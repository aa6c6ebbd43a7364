'use strict';

/*
 * Tests in the Test Anything Protocol: test(name, body) notes one, run(prepare) runs all with what prepare makes.
 */

/* Seconds that a test may take; the longest takes ten. */
const LIMIT = 120;

const tests = [];

function test(name, body) {
	tests.push({ name, body });
}

/* Says something beside the results. */
function diag(text) {
	console.log(String(text).replace(/^/gm, '# '));
}

/* What a promise gives, or an error where that takes longer than a test may: a page that does not follow would be waited for without end. */
async function within(seconds, promise) {
	let timer;

	try {
		return await Promise.race([promise, new Promise((resolve, reject) => { timer = setTimeout(() => reject(new Error(`not done within ${seconds} seconds`)), seconds * 1000); })]);
	} finally {
		clearTimeout(timer);
	}
}

/* Runs what was noted. prepare() gives {context, close}; each body has the context. Ends the process. */
async function run(prepare) {
	let failed = 0;

	console.log(`1..${tests.length}`);

	const { context, close } = await prepare();

	for (const [number, { name, body }] of tests.entries()) {
		const started = Date.now();

		try {
			await within(LIMIT, body(context));
			console.log(`ok ${number + 1} - ${name}`);
		} catch (error) {
			failed += 1;
			console.log(`not ok ${number + 1} - ${name}`);
			diag(error.stack);
		}
		if (process.env.TIMES)
			diag(`${Date.now() - started} ms`);
	}
	await close();
	process.exitCode = failed > 0 ? 1 : 0;
}

module.exports = { test, diag, run };
