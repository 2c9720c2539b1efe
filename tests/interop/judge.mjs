// Reads a folder of pages as Docusaurus and Mermaid do, and prints what they find as JSON.
import { readdir, readFile } from "node:fs/promises";
import { join, posix } from "node:path";

import { compile } from "@mdx-js/mdx";
import GithubSlugger from "github-slugger";
import { JSDOM } from "jsdom";
import rehypeRaw from "rehype-raw";
import remarkDirective from "remark-directive";
import remarkFrontmatter from "remark-frontmatter";
import remarkGfm from "remark-gfm";

// Mermaid cleans labels with a library that looks for a browser when it is loaded.
const { window } = new JSDOM("");
globalThis.window = window;
globalThis.document = window.document;
const { default: mermaid } = await import("mermaid");
mermaid.initialize({ startOnLoad: false });

// Nodes that @mdx-js makes itself, and that the reader of raw HTML does not know.
const passThrough = [
  "mdxFlowExpression", "mdxJsxFlowElement", "mdxJsxTextElement", "mdxTextExpression", "mdxjsEsm",
];

const words = (node) => node.value ?? (node.children ?? []).map(words).join("");

function readInto(page) {
  const slugger = new GithubSlugger();
  const walk = (node) => {
    if (node.type === "code" && node.lang === "mermaid") page.diagrams.push(node.value);
    if (node.type === "html" && !/^<!--[^]*-->$/.test(node.value)) page.html.push(node.value);
    if (node.type === "heading") page.anchors.add(slugger.slug(words(node)));
    if (node.type === "link") page.links.push(node.url);
    (node.children ?? []).forEach(walk);
  };
  return walk;
}

async function readPage(text) {
  const page = { diagrams: [], html: [], anchors: new Set(), links: [], errors: [] };
  const remarkPlugins = [
    remarkFrontmatter, remarkGfm, remarkDirective, () => readInto(page),
  ];
  try {
    await compile(text, { format: "md", remarkPlugins, rehypePlugins: [[rehypeRaw, { passThrough }]] });
  } catch (error) {
    page.errors.push(error.message);
  }
  for (const diagram of page.diagrams) {
    try {
      await mermaid.parse(diagram);
    } catch (error) {
      page.errors.push(error.message);
    }
  }
  page.errors.push(...page.html.map((found) => `raw HTML: ${found}`));
  return page;
}

const folder = process.argv[2];
const names = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith(".md"));
const pages = new Map();
for (const name of names.sort()) {
  pages.set(name, await readPage(await readFile(join(folder, name), "utf8")));
}
let links = 0;
for (const [name, page] of pages) {
  for (const link of page.links) {
    const [path, anchor] = link.split("#").map(decodeURIComponent);
    const target = path ? posix.join(posix.dirname(name), path) : name;
    if (/^\w+:/.test(path) || target.startsWith("..")) continue;
    links += 1;
    if (!pages.has(target)) page.errors.push(`no page: ${link}`);
    else if (anchor && !pages.get(target).anchors.has(anchor)) page.errors.push(`no anchor: ${link}`);
  }
}
const errors = [...pages].flatMap(([name, page]) => page.errors.map((each) => `${name}: ${each}`));
const diagrams = [...pages.values()].flatMap((page) => page.diagrams).length;
console.log(JSON.stringify({ pages: pages.size, links, diagrams, errors }));
