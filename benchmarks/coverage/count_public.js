// Lists what TypeScript modules export, by the TypeScript compiler: one JSON object a line.
const ts = require('typescript')
const fs = require('fs')

const paths = fs.readFileSync(0, 'utf8').split('\n').filter(Boolean)
const options = { allowJs: true, noResolve: true, noLib: true, target: ts.ScriptTarget.ESNext, jsx: 1 }
const program = ts.createProgram(paths, options)
const checker = program.getTypeChecker()

const say = (path, name, kind, node) => {
  const file = node.getSourceFile()
  const line = file.getLineAndCharacterOfPosition(node.getStart()).line + 1
  console.log(JSON.stringify({ path, name, kind, line }))
}
const isHidden = (member) =>
  (ts.getCombinedModifierFlags(member) & (ts.ModifierFlags.Private | ts.ModifierFlags.Protected)) !== 0 ||
  !member.name || ts.isPrivateIdentifier(member.name) || ts.isComputedPropertyName(member.name)
const isMethod = (member) =>
  ts.isMethodDeclaration(member) || ts.isGetAccessor(member) || ts.isSetAccessor(member)

for (const path of paths) {
  const file = program.getSourceFile(path)
  const module = file && checker.getSymbolAtLocation(file)
  if (!module) continue
  for (const exported of checker.getExportsOfModule(module)) {
    const alias = (exported.flags & ts.SymbolFlags.Alias) !== 0
    const target = alias ? checker.getAliasedSymbol(exported) : exported
    const declaration = (target.declarations || []).find((each) => each.getSourceFile() === file)
    if (!declaration || ts.isExportSpecifier(declaration) || ts.isImportSpecifier(declaration)) continue
    const own = declaration.name && declaration.name.text
    const name = own || exported.name // its own name, where it is exported under another
    if (name === 'default' || name === 'export=') continue
    say(path, name, ts.SyntaxKind[declaration.kind], declaration)
    if (!ts.isClassDeclaration(declaration)) continue
    const seen = new Set()
    for (const member of declaration.members) {
      if (!isMethod(member) || isHidden(member) || seen.has(member.name.text)) continue
      seen.add(member.name.text)
      say(path, `${name}.${member.name.text}`, 'method', member)
    }
  }
}
