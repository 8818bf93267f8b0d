/* SPDX-License-Identifier: BSD-2-Clause */
/* A program without libmicrokit. With NAME_SIZE it has a `microkit_name` of that many bytes. */
#ifdef NAME_SIZE
char microkit_name[NAME_SIZE] = "x";
#endif

int data = 1;

void _start(void)
{
    for (;;) {}
}
