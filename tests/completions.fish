# SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
# What fish completes: completions.fish FILE LINE... prints the matches of each line, in a line.
source $argv[1]
for line in $argv[2..-1]
    echo (complete -C $line | string replace -r '\t.*' '')
end
