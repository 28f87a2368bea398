# SPDX-License-Identifier: GPL-2.0-only
"""Small trees for the self-test: one that keeps all rules, and ways to break each.

Words that the checks look for are put together here, or this file would be
found by them.
"""

import dataclasses

SPDX_C = "// SPDX-License-Identifier: GPL-2.0-only\n"
SPDX_H = "/* SPDX-License-Identifier: GPL-2.0-only */\n"
SPDX = "# SPDX-License-Identifier: GPL-2.0-only\n"
SPDX_RST = ".. SPDX-License-Identifier: GPL-2.0-only\n"

HEADER = SPDX_H + """\
#ifndef _ORION_SAMPLE_H
#define _ORION_SAMPLE_H

#include <linux/types.h>

/**
 * struct orion_sample - something to count
 */
struct orion_sample {
	/** @count: How often. */
	u32 count;
};

u32 orion_sample_next(struct orion_sample *sample);

#endif
"""

SOURCE = SPDX_C + """\
/*
 * Counts.
 */

#include <linux/module.h>

#include "orion_sample.h"

static unsigned int step = 1;
module_param(step, uint, 0444);
MODULE_PARM_DESC(step, "how far to count (default 1)");

static void orion_sample_add(struct orion_sample *sample, u32 step)
{
	sample->count += step;
}

/**
 * orion_sample_next() - count on
 * @sample: what to count
 *
 * Return: the new count.
 */
u32 orion_sample_next(struct orion_sample *sample)
{
	orion_sample_add(sample, step);
	return sample->count;
}
EXPORT_SYMBOL_GPL(orion_sample_next);

MODULE_DESCRIPTION("sample");
MODULE_LICENSE("GPL");
"""

KBUILD = SPDX + """\
obj-m += common/
LINUXINCLUDE := -I$(src)/common/compat/include $(LINUXINCLUDE)
export LINUXINCLUDE
"""

GOOD = {
    "Kbuild": KBUILD,
    "README.md": "# Sample\n\n[Pages](Documentation/index.rst), `common/orion_sample.c`\n",
    "Documentation/index.rst": SPDX_RST + "\nSample\n======\n\n.. toctree::\n\n   page\n",
    "Documentation/page.rst": SPDX_RST + "\nPage\n====\n\nSee :doc:`index`.\n",
    "common/Kbuild": SPDX + "obj-m += orion_sample.o\n",
    "common/orion_sample.h": HEADER,
    "common/orion_sample.c": SOURCE,
    "common/compat/include/linux/timer.h": SPDX_H + "#include_next <linux/timer.h>\n",
    "tools/program": "#!/usr/bin/python3\n" + SPDX + 'print("sample")\n',
    "tools/script.sh": "#!/bin/sh\n" + SPDX + 'echo "$1"\n',
}


@dataclasses.dataclass
class Bad:
    """A way to break the rule of one check, and what the check has to say of it."""

    check: str
    name: str
    text: str
    says: str
    add: bool = True

    def tree(self):
        """GOOD with the breach in it: at the end of a file, or in place of it."""
        before = GOOD.get(self.name, "") if self.add else ""
        return {**GOOD, self.name: before + self.text}


C = "common/orion_sample.c"
H = "common/orion_sample.h"
LONG = "static void orion_sample_long(void)\n{\n" + "\tbarrier();\n" * 99 + "}\n"

CHEAP = [
    Bad("spdx", "common/notes.rst", "Notes\n", "common/notes.rst:1: no 'SPDX"),
    Bad("left-overs", C, "/* TO" + "DO: count backwards */\n", "left-over"),
    Bad("left-overs", "common/empty.rst", "", "the file is empty"),
    Bad("version-tests", C, "#if LINUX_VERSION" + "_CODE > 5\n#endif\n", "version test"),
    Bad("version-tests", C, "#ifdef HAV" + "E_TIMER\n#endif\n", "version test"),
    Bad("machine-paths", "README.md", "Look in /ho" + "me/alice/orion.\n", "path of one machine"),
    Bad("machine-paths", "tools/sources.list", "de" + "b ht" + "tp://mirror.example sid main\n",
        "package host"),
    Bad("machine-paths", "tools/apt.sources", SPDX + "URI" + "s: ht" + "tp://mirror.example\n",
        "package host"),
    Bad("whitespace", "README.md", "end \n", "white space at the end"),
    Bad("whitespace", "README.md", "\n", "exactly one newline"),
    Bad("programs", "common/orion_sample.py", "#!/usr/bin/python3\n" + SPDX, "not executable"),
    Bad("programs", "tools/program", "#!/usr/bin/env python3\n" + SPDX, "must begin with",
        add=False),
    Bad("names", C, "void other_name(void)\n{\n}\n", "other_name is global"),
    Bad("names", C, "int orion_sampled;\n", "orion_sampled is global"),
    Bad("names", C, "static void helper(void)\n{\n}\n", "helper() must begin with orion_"),
    Bad("documented", C, "void orion_sample_x(void)\n{\n}\n", "orion_sample_x has no kernel-doc"),
    Bad("documented", H, "struct orion_sample_y {\n\tint a;\n};\n", "orion_sample_y has no"),
    Bad("documented", C, "EXPORT_SYMBOL_GPL(orion_sample_z);\n", "orion_sample_z is exported"),
    Bad("parameters", C, "module_param_named(a, step, uint, 0444);\n", "parameter a has no"),
    Bad("function-length", C, LONG, "orion_sample_long() has 102 lines"),
    Bad("header-guards", H, SPDX_H + "#ifndef _OTHER_H\n#define _OTHER_H\n#endif\n",
        "named after the file", add=False),
    Bad("built", "common/orion_lost.c", SPDX_C, "no Kbuild names it"),
    Bad("built", "orion_vnet/ovnet_lost.c", SPDX_C, "no Kbuild names it"),
    Bad("links", "README.md", "[gone](Documentation/gone.rst)\n", "gone.rst does not exist"),
    Bad("links", "README.md", "`common/gone.c`\n", "common/gone.c does not exist"),
    Bad("links", "Documentation/page.rst", ".. image:: gone.png\n", "gone.png does not exist"),
    Bad("links", "Documentation/page.rst", "`There <gone.rst>`_\n", "gone.rst does not exist"),
    Bad("links", "Documentation/page.rst", ":doc:`gone`\n", "gone does not exist"),
    Bad("pages", "Documentation/lost.rst", SPDX_RST, "no table of contents"),
    Bad("shellcheck", "tools/script.sh", "echo $2\n", "SC2086"),
    Bad("flake8", "tools/program", "import os\n", "F401"),
    Bad("checkpatch", C, "static int a=1;\n", "ERROR:SPACING"),
    Bad("kernel-doc", C, "/**\n * orion_sample_w() - take\n */\nvoid orion_sample_w(int a)\n{\n}\n",
        "'a' not described"),
]

# What only a build finds.
UNDECLARED = "int orion_sample_undeclared(void)\n{\n\treturn 0;\n}\n"
BIG_ENDIAN = "static __be32 __maybe_unused orion_sample_be(u32 a)\n{\n\treturn a;\n}\n"

SLOW = [
    Bad("gcc-sparse", C, UNDECLARED, "no previous prototype"),
    Bad("gcc-sparse", C, BIG_ENDIAN, "incorrect type in return expression"),
    Bad("clang", C, UNDECLARED, "no previous prototype"),
    Bad("headers", H, "struct orion_sample_y {\n\tint a;\n};\n",
        "redefinition of"),
    Bad("headers", "common/orion_alone.h", SPDX_H + "extern u32 orion_alone;\n",
        "unknown type name"),
    Bad("headers", "common/compat/include/linux/list.h",
        SPDX_H + "#include_next <linux/list.h>\nextern struct nothing orion_list[2];\n",
        "incomplete element type"),
]
