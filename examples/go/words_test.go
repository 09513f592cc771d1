package example

import (
	"strings"
	"testing"
)

func TestSplit(t *testing.T) {
	for _, text := range []string{"one two", "one  two"} {
		t.Run(text, func(t *testing.T) {
			if words := strings.Fields(text); len(words) != 2 {
				t.Errorf("%q", words)
			}
		})
	}
}

func TestRhyme(t *testing.T) {
	t.Skip("not yet")
}
