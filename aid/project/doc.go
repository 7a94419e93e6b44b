// Package project holds pieces of work that public sources describe: who
// provides, who carries out, for which class of recipients, with what result.
// A project says nothing about money; flows do. It is pure.
package project
