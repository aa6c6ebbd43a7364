-- masks: what is left of names, numbers and addresses of people
--
-- A mask is a function of the text alone. It says no more than its rule allows, the length included, and a masked text
-- stays as it is when it is masked again. What a mask does not know the form of, it hides as a whole.

-- In compatibility form, without control and format characters, combining marks and blanks at the ends; blanks within are
-- single ones.
CREATE FUNCTION plain_text(value text)
RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, credence, credence_registry, credence_disclosure, pg_temp
AS $$
BEGIN
	IF getdatabaseencoding() = 'UTF8' THEN
		value := normalize(value, NFKC);
	END IF;
	value := regexp_replace(value, '[\x09-\x0d\x20\x85\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+', ' ', 'g');
	value := regexp_replace(value, '[\x01-\x1f\x7f-\x9f\u00ad\u0300-\u036f\u034f\u061c\u180e\u1ab0-\u1aff\u1dc0-\u1dff\u200b-\u200f\u202a-\u202e\u2060-\u206f\u20d0-\u20ff\ufe00-\ufe0f\ufe20-\ufe2f\ufeff\ufff9-\ufffb\U000e0000-\U000e0fff]', '', 'g');
	RETURN btrim(regexp_replace(value, ' +', ' ', 'g'));
END $$;

COMMENT ON FUNCTION plain_text(text) IS
'Part of the masks: a text in one of the ways in which it can be written: full-width characters become ordinary ones, combining marks join their letters or go, invisible characters go, blanks become single ones. Compatibility forms need a database in UTF8. NULL for NULL.';

-- What keeps a surname of two characters together. Rare ones that are missing show one character less.
CREATE FUNCTION compound_surnames()
RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN '{欧阳,歐陽,司马,司馬,上官,诸葛,諸葛,夏侯,东方,東方,皇甫,尉迟,尉遲,公孙,公孫,慕容,令狐,宇文,长孙,長孫,司徒,司空,轩辕,軒轅,呼延,端木,南宫,南宮,西门,西門,东郭,東郭,百里,淳于,单于,單于,太史,申屠,公冶,宗政,濮阳,濮陽,澹台,澹臺,赫连,赫連,钟离,鍾離,闻人,聞人,万俟,第五,仲孙,仲孫,鲜于,鮮于,闾丘,閭丘,亓官,乐正,樂正,拓跋,独孤,獨孤,纳兰,納蘭,完颜,完顏,公羊,公西,漆雕,梁丘,左丘,羊舌,谷梁,穀梁,巫马,巫馬,段干,颛孙,顓孫,叶赫,葉赫,耶律}'::text[];

COMMENT ON FUNCTION compound_surnames() IS 'Chinese surnames of two characters that mask_name keeps whole, simplified and traditional.';

CREATE FUNCTION mask_name(name text)
RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, credence, credence_registry, credence_disclosure, pg_temp
AS $$
DECLARE
	-- Han, kana, hangul, bopomofo
	east CONSTANT text := '[\u2e80-\u2fdf\u3005-\u3007\u3021-\u3029\u3038-\u303b\u3041-\u30fa\u30fc-\u318e\u31a0-\u31bf\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\U0001b000-\U0001b16f\U00020000-\U0003ffff]';
	dot CONSTANT text := '[\u00b7\u2022\u2027\u30fb\u0387]';
	plain text := regexp_replace(credence_disclosure.plain_text(name), '(' || east || '|' || dot || ') (?=' || east || '|' || dot || ')', '\1', 'g');
	whole text;
	masked text;
BEGIN
	IF plain = '' THEN
		RETURN NULL;
	ELSIF char_length(plain) = 1 THEN
		RETURN '*';
	ELSIF plain ~ ('^' || east || '(' || east || '|' || dot || '|\*)*$') THEN
		whole := regexp_replace(plain, dot || '.*$', '**');		-- parts with a dot between them: not a surname and a given name
		RETURN CASE WHEN char_length(whole) > 2 AND left(whole, 2) = ANY (credence_disclosure.compound_surnames()) THEN
				left(whole, 2) || CASE char_length(whole) WHEN 3 THEN '*' ELSE '**' END
			ELSE left(whole, 1) || CASE char_length(whole) WHEN 2 THEN '*' ELSE '**' END END;
	END IF;
	SELECT string_agg(left(w.word, 1) || CASE WHEN w.word ~ ('^' || east) THEN '**' ELSE '***' END, ' ' ORDER BY w.n) INTO masked
	FROM (SELECT ltrim(p.part, '!"#$%&''()*+,-./:;<=>?@[\]^_`{|}~' || '·•‧・–—‘’“”„…、。〈〉《》「」『』【】〔〕') AS word, p.n
		FROM string_to_table(plain, ' ') WITH ORDINALITY p (part, n)) w
	WHERE w.word <> '';
	RETURN coalesce(masked, '*');
END $$;

COMMENT ON FUNCTION mask_name(text) IS
'What is left of a name. Chinese (and Japanese and Korean): the surname, one asterisk for a given name of one character and two for longer ones: 张三 becomes 张*, 王小明 王**, 欧阳娜娜 欧阳** (surnames of two characters: compound_surnames). Where a dot divides it, the first character and two asterisks. Other scripts, and mixed ones: of every word the first letter and three asterisks: "John A. Smith" becomes J*** A*** S***. One character alone becomes an asterisk. Keeping the surname, or the first character of names of minorities and foreigners, is the rule of the Supreme People''s Court for judgments on the internet (2016, article 9), which writes 某 for the rest. NULL for NULL and for blanks.';

CREATE FUNCTION mask_identity(number text)
RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, credence, credence_registry, credence_disclosure, pg_temp
AS $$
	SELECT CASE
		WHEN credence_disclosure.plain_text(number) = '' THEN NULL
		WHEN p.plain ~ '^[0-9]([0-9]{16}|\*{16})[0-9X]$' THEN left(p.plain, 1) || repeat('*', 16) || right(p.plain, 1)
		WHEN p.plain ~ '^[0-9]([0-9]{13}|\*{13})[0-9]$' THEN left(p.plain, 1) || repeat('*', 13) || right(p.plain, 1)
		WHEN p.plain ~ '^[A-Z]([A-Z]{0,2}[0-9]{6,10}|\*{8})$' THEN left(p.plain, 1) || '********'
		ELSE '********' END
	FROM (SELECT upper(regexp_replace(credence_disclosure.plain_text(number), '[ \u2010-\u2015-]', '', 'g') COLLATE "C") AS plain) p
$$;

COMMENT ON FUNCTION mask_identity(text) IS
'What is left of an identity number. Chinese resident numbers (GB 11643; 18 characters, 15 before 1999): the first and the last character; division, day of birth and sequence are hidden, of which lists often keep six and four. The length tells which of the two it is. Passports and permits of letters and digits: the first letter and eight asterisks. Anything else: eight asterisks. Blanks and hyphens do not count. NULL for NULL and for blanks.';

CREATE FUNCTION mask_phone(number text)
RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, credence, credence_registry, credence_disclosure, pg_temp
AS $$
	SELECT CASE
		WHEN p.plain = '' THEN NULL
		WHEN p.digits ~ '^(\+|00)?86-?1[3-9][0-9]([0-9]{4}|\*{4})[0-9]{4}$' THEN '+86 ' || left(right(p.digits, 11), 3) || '****' || right(p.digits, 4)
		WHEN p.digits ~ '^0?1[3-9][0-9]([0-9]{4}|\*{4})[0-9]{4}$' THEN left(right(p.digits, 11), 3) || '****' || right(p.digits, 4)
		WHEN p.home ~ '^0(10|2[0-9]|[3-9][0-9]{2})([0-9]{5,6}|\*{4})[0-9]{2}$' THEN substring(p.home FROM '^0(?:10|2[0-9]|[3-9][0-9]{2})') || '-****' || right(p.home, 2)
		WHEN p.abroad ~ '^\+[17]([0-9]{3,13}|\*{4})[0-9]{2}$' THEN left(p.abroad, 2) || ' ****' || right(p.abroad, 2)
		WHEN p.abroad ~ '^\+(20|27|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58])([0-9]{3,12}|\*{4})[0-9]{2}$' THEN left(p.abroad, 3) || ' ****' || right(p.abroad, 2)
		WHEN p.abroad ~ '^\+[2-9][0-9]{2}([0-9]{3,11}|\*{4})[0-9]{2}$' THEN left(p.abroad, 4) || ' ****' || right(p.abroad, 2)
		WHEN p.digits ~ '^([0-9]{5,13}|\*{4})[0-9]{2}$' THEN '****' || right(p.digits, 2)
		ELSE '****' END
	FROM (
		SELECT q.plain, q.digits, regexp_replace(q.digits, '^(\+|00)86(?=[1-9])', '0') AS home, regexp_replace(q.digits, '^00', '+') AS abroad
		FROM (
			SELECT b.plain, regexp_replace(regexp_replace(b.plain, '(转|轉|[eE][xX][tT]|[xX]|#|,)[. :]*[0-9]{1,6}$', ''), '[ ().\u2010-\u2015-]', '', 'g') AS digits
			FROM (SELECT credence_disclosure.plain_text(number) AS plain) b
		) q
	) p
$$;

COMMENT ON FUNCTION mask_phone(text) IS
'What is left of a telephone number. Mobiles of the mainland: three digits, four asterisks, four digits (138****5678), as receipts and lists there write them, +86 before it if it was. Fixed lines of the mainland: the area code and the last two digits (0512-****78). Others with + or 00: the country code and the last two (+44 ****78). Other numbers of 7 to 15 digits: the last two (****78). Extensions go; whatever is no single number becomes ****. NULL for NULL and for blanks.';

CREATE FUNCTION mask_address(address text)
RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, credence, credence_registry, credence_disclosure, pg_temp
AS $$
DECLARE
	plain text := credence_disclosure.plain_text(address);
	joined text := replace(plain, ' ', '');
	-- a character of the name of a city or district: none that streets and houses have
	city CONSTANT text := '(?:(?![路街巷弄号號栋棟幢室省市])[\u3400-\u9fff])';
	district CONSTANT text := '(?:(?![路街巷弄号號栋棟幢室村镇鎮乡鄉苑园園厂廠院校省市区區县縣])[\u3400-\u9fff])';
	province CONSTANT text := '(?:(?:北京|天津|上海|重庆|重慶)市|(?:河北|山西|辽宁|遼寧|吉林|黑龙江|黑龍江|江苏|江蘇|浙江|安徽|福建|江西|山东|山東|河南|湖北|湖南|广东|廣東|海南|四川|贵州|貴州|云南|雲南|陕西|陝西|甘肃|甘肅|青海|台湾|臺灣)省|(?:内蒙古|內蒙古|广西壮族|廣西壯族|西藏|宁夏回族|寧夏回族|新疆维吾尔|新疆維吾爾)自治[区區]|(?:香港|澳门|澳門)特别行政[区區])';
	parts text[];
	kept int;
	masked text;
BEGIN
	IF plain = '' THEN
		RETURN NULL;
	ELSIF plain ~ '[\u3400-\u9fff]' THEN
		joined := regexp_replace(joined, '^(中国|中國|中华人民共和国)', '');
		masked := substring(joined FROM '^' || province || '?(?:' || city || '{2,4}市|' || city || '{2,10}自治州|' || city || '{2,5}(?:地区|地區|盟))?');
		masked := masked || coalesce(substring(substr(joined, char_length(masked) + 1) FROM '^(?:(?:路[桥橋南北]|镇海|鎮海|(?!.{0,2}[小社生宿家住库庫景营營])' || district || '{1,3})[区區]|'
			|| district || '{2,4}新[区區]|' || district || '{2,4}工业园区|' || district || '{0,4}(?:经济技术|高新技术产业|高新|经济)开发[区區]|' || district || '{2,7}族[区區]|'
			|| '(?:东乡|東鄉|' || district || '){2,14}自治[县縣旗]|(?:镇|鎮|乡|鄉)?' || district || '{1,4}[县縣]|' || district || '{2,6}旗|' || city || '{2,4}市)'), '');
		RETURN masked || '****';
	END IF;
	-- from small to large: the last parts, as long as they are no street, house or number; never the first
	parts := string_to_array(regexp_replace(plain, ' *, *', ',', 'g'), ',');
	SELECT coalesce(min(p.back), 3) - 1 INTO kept
	FROM (SELECT u.part, row_number() OVER (ORDER BY u.n DESC) AS back FROM unnest(parts) WITH ORDINALITY u (part, n)) p
	WHERE p.part = '' OR p.part ~ '[\x21-\x26\x28-\x2c\x2f-\x40\x5b-\x60\x7b-\x7e]' OR p.part COLLATE "C" ~* '\m(street|st|road|rd|avenue|ave|lane|ln|drive|dr|court|ct|square|sq|close|way|boulevard|blvd|terrace|place|pl|building|bldg|tower|floor|flat|room|rm|suite|unit|apt|apartment|house|hall|cottage|villa|farm|village|block|lu|jie|xiang|hao|box)\M';
	kept := least(kept, 2, cardinality(parts) - 1);
	RETURN '****' || CASE WHEN kept > 0 THEN ', ' || array_to_string(parts[cardinality(parts) - kept + 1:], ', ') ELSE '' END;
END $$;

COMMENT ON FUNCTION mask_address(text) IS
'What is left of an address. Chinese: province, city and district or county, then four asterisks: 江苏省苏州市姑苏区干将东路333号 becomes 江苏省苏州市姑苏区****. Latin, from small to large with commas: four asterisks and at most the last two parts, none of them the first, one with a digit, or a street, building or village: "12 High Street, York, United Kingdom" becomes "****, York, United Kingdom". Where nothing of the kind is found, four asterisks. NULL for NULL and for blanks.';

CREATE FUNCTION mask_code(code text)
RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, credence, credence_registry, credence_disclosure, pg_temp
AS $$
	SELECT CASE WHEN p.plain = '' THEN NULL WHEN char_length(p.plain) >= 8 THEN left(p.plain, 2) || '****' || right(p.plain, 2) ELSE '****' END
	FROM (SELECT credence_disclosure.plain_text(code) AS plain) p
$$;

COMMENT ON FUNCTION mask_code(text) IS
'What is left of a code, such as that of a licence: of eight characters or more the first two and the last two with four asterisks between them, of shorter ones four asterisks. NULL for NULL and for blanks.';

CREATE FUNCTION mask_initial(name text)
RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, credence, credence_registry, credence_disclosure, pg_temp
AS $$
	SELECT left(p.plain, 1) || '**' FROM (SELECT credence_disclosure.plain_text(name) AS plain) p WHERE p.plain <> ''
$$;

COMMENT ON FUNCTION mask_initial(text) IS
'The first character and two asterisks, whatever the script; invisible characters do not count. NULL for NULL and for blanks.';

CREATE FUNCTION masked(value text, mask text)
RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE mask WHEN 'none' THEN value WHEN 'initial' THEN mask_initial(value) WHEN 'name' THEN mask_name(value) WHEN 'identity' THEN mask_identity(value)
	WHEN 'phone' THEN mask_phone(value) WHEN 'address' THEN mask_address(value) WHEN 'code' THEN mask_code(value) END;

COMMENT ON FUNCTION masked(text, text) IS
'A text under one of the masks of policies: none, initial, name, identity, phone, address, code. NULL under any other, such as hidden.';
