"""The Go types of sprig's functions, as reflection tells them (tests/oracle/go/signatures.go).

Functions that may report an error have only their other result here.
"""

from __future__ import annotations

from collections.abc import Mapping

_BY_SIGNATURE = {
    "() string": "hello uuidv4",
    "() time.Time": "now",
    "(...any) any": "dig coalesce concat",
    "(...any) []any": "list tuple",
    "(...any) bool": "all any",
    "(...any) float64": "addf",
    "(...any) int64": "add",
    "(...any) map[string]any": "dict",
    "(...any) string": "cat quote squote",
    "(...int) string": "seq",
    "(...map[string]any) []string": "keys",
    "(any) []any": "compact initial rest reverse uniq mustCompact mustInitial mustRest "
        "mustReverse mustUniq",
    "(any) any": "deepCopy first last mustDeepCopy mustFirst mustLast",
    "(any) string": "ago duration durationRound htmlDate kindOf toJson toPrettyJson toRawJson "
        "toString typeOf mustToJson mustToPrettyJson mustToRawJson",
    "(any) []string": "sortAlpha toStrings",
    "(any) bool": "empty",
    "(any) float64": "add1f ceil float64 floor",
    "(any) int": "int",
    "(any) int64": "add1 int64 toDecimal",
    "(any, ...any) []any": "without mustWithout",
    "(any, ...any) any": "default slice mustSlice",
    "(any, ...any) float64": "divf maxf minf mulf subf",
    "(any, ...any) int64": "biggest max min mul",
    "(any, any) []any": "append prepend push mustAppend mustPrepend mustPush",
    "(any, any) bool": "deepEqual has mustHas",
    "(any, any) int64": "div mod sub",
    "(any, any, bool) any": "ternary",
    "(any, int, ...float64) float64": "round",
    "(any, string) string": "htmlDateInZone",
    "(int) []int": "until",
    "(int) string": "randAlpha randAlphaNum randAscii randNumeric randBytes",
    "(int, any) [][]any": "chunk mustChunk",
    "(int, int) int": "randInt",
    "(int, int, int) []int": "untilStep",
    "(int, int, string) string": "abbrevboth substr",
    "(int, string) string": "abbrev indent nindent repeat trunc wrap",
    "(int, string, string) string": "wrapWith",
    "(map[string]any) []any": "values",
    "(map[string]any) string": "urlJoin",
    "(map[string]any, ...map[string]any) any": "merge mergeOverwrite mustMerge mustMergeOverwrite",
    "(map[string]any, ...string) map[string]any": "omit pick",
    "(map[string]any, string) any": "get",
    "(map[string]any, string) bool": "hasKey",
    "(map[string]any, string) map[string]any": "unset",
    "(map[string]any, string, any) map[string]any": "set",
    "(string) *semver.Version": "semver",
    "(string) any": "fromJson mustFromJson",
    "(string) bool": "isAbs osIsAbs",
    "(string) int": "atoi",
    "(string) map[string]any": "urlParse",
    "(string) string": "fail adler32sum b32dec b32enc b64dec b64enc base bcrypt camelcase clean "
        "dir env expandenv ext genPrivateKey getHostByName initials kebabcase lower nospace osBase "
        "osClean osDir osExt regexQuoteMeta sha1sum sha256sum sha512sum shuffle snakecase swapcase "
        "title trim untitle upper",
    "(string, ...map[string]any) []any": "pluck",
    "(string, any) bool": "kindIs typeIs typeIsLike",
    "(string, any) string": "date join",
    "(string, any, string) string": "dateInZone date_in_zone",
    "(string, int, string) map[string]string": "splitn",
    "(string, string) bool": "contains hasPrefix hasSuffix regexMatch mustRegexMatch semverCompare",
    "(string, string) time.Time": "toDate mustToDate",
    "(string, string) []string": "splitList",
    "(string, string) map[string]string": "split",
    "(string, string) string": "decryptAES encryptAES htpasswd regexFind mustRegexFind trimAll "
        "trimPrefix trimSuffix trimall",
    "(string, string, int) []string": "regexFindAll regexSplit mustRegexFindAll mustRegexSplit",
    "(string, string, int) string": "plural",
    "(string, string, string) string": "regexReplaceAll regexReplaceAllLiteral replace "
        "mustRegexReplaceAll mustRegexReplaceAllLiteral",
    "(string, time.Time) time.Time": "dateModify date_modify mustDateModify must_date_modify",
    "(time.Time) string": "unixEpoch",
    "(uint32, string, string, string, string) string": "derivePassword",
    "(string, int) sprig.certificate": "genCA",
    "(string, int, string) sprig.certificate": "genCAWithKey",
    "(string, []any, []any, int) sprig.certificate": "genSelfSignedCert",
    "(string, []any, []any, int, string) sprig.certificate": "genSelfSignedCertWithKey",
    "(string, []any, []any, int, sprig.certificate) sprig.certificate": "genSignedCert",
    "(string, []any, []any, int, sprig.certificate, string) sprig.certificate":
        "genSignedCertWithKey",
    "(string, string) sprig.certificate": "buildCustomCert",
}  # fmt: skip

SIGNATURES: Mapping[str, str] = {
    name: types for types, names in _BY_SIGNATURE.items() for name in names.split()
}
"""Name to signature."""
