// Package assets turns the page's source files into what a web host should send, and sends it.
//
// Three programs need the same answer to "which bytes, under which address": the packer at build
// time, the server at run time and the export of a static site. The answer is a manifest. All
// files live below one folder whose name is a hash of their contents, so an address never changes
// its meaning, browsers may keep a file for ever, and ES modules go on importing each other by
// relative paths without a bundler that rewrites them. The price is that one changed style sheet
// gives every file a new address; for a page whose WebAssembly changes on nearly every commit
// that costs nothing.
//
// Each file of some size is stored three times: plain, gzip and brotli. Compression happens once,
// when the page is built, because the WebAssembly takes half a minute at the best brotli level.
package assets
