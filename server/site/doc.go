// Package site serves the playground over HTTP: pages, packed files and scenario texts.
//
// Everything is a GET without effects. The simulator runs in the visitor's browser, so the server
// keeps nothing about anyone, and what it sends depends only on the address and on the headers
// that negotiate language and compression. That is why the same pages can be exported as files.
package site
