// Lists the exported names of Go files, by go/parser: one JSON object a line.
package main

import (
	"bufio"
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"strings"
)

type symbol struct {
	Path string `json:"path"`
	Name string `json:"name"`
	Kind string `json:"kind"`
	Line int    `json:"line"`
}

func receiver(list *ast.FieldList) string {
	for _, field := range list.List {
		expression := field.Type
		for {
			switch each := expression.(type) {
			case *ast.StarExpr:
				expression = each.X
			case *ast.IndexExpr:
				expression = each.X
			case *ast.IndexListExpr:
				expression = each.X
			case *ast.Ident:
				return each.Name
			default:
				return ""
			}
		}
	}
	return ""
}

func main() {
	input := bufio.NewScanner(os.Stdin)
	output := json.NewEncoder(os.Stdout)
	for input.Scan() {
		path := input.Text()
		files := token.NewFileSet()
		file, err := parser.ParseFile(files, path, nil, 0)
		if err != nil || file.Name.Name == "main" || strings.HasSuffix(file.Name.Name, "_test") {
			continue
		}
		say := func(name string, kind string, at token.Pos) {
			output.Encode(symbol{path, name, kind, files.Position(at).Line})
		}
		for _, declaration := range file.Decls {
			switch each := declaration.(type) {
			case *ast.FuncDecl:
				if !each.Name.IsExported() {
					continue
				}
				if each.Recv == nil {
					say(each.Name.Name, "function", each.Pos())
				} else if owner := receiver(each.Recv); ast.IsExported(owner) {
					say(owner+"."+each.Name.Name, "method", each.Pos())
				}
			case *ast.GenDecl:
				for _, spec := range each.Specs {
					switch one := spec.(type) {
					case *ast.TypeSpec:
						if one.Name.IsExported() {
							say(one.Name.Name, "type", one.Pos())
						}
					case *ast.ValueSpec:
						for _, name := range one.Names {
							if name.IsExported() {
								say(name.Name, each.Tok.String(), name.Pos())
							}
						}
					}
				}
			}
		}
	}
}
