/* A small program with what readers of images look for: imports, a table of pointers, an initialiser, an export, and an
   unlikely path that compilers move away. */
#include <stdio.h>
#include <stdlib.h>

static int first(int x) { return x * 3 + rand(); }
static int second(int x) { return x - rand(); }
int (*table[])(int) = {first, second};
int total;

__attribute__((constructor)) static void begin(void) { total = 1; }

__attribute__((cold, noinline)) static int recover(int sum) {
    puts("unlikely");
    return sum < -9 ? (abort(), 0) : -sum;
}

__attribute__((visibility("default"), noinline)) int work(int count, char **words) {
    int sum = total;
    for (int i = 0; i < count; i++) {
        sum += table[i & 1](i) * atoi(words[i]);
        if (sum < 0) {
            sum += recover(sum) + puts(words[i]);
        }
    }
    return sum;
}

int (*keep)(int, char **) = work;
int main(int count, char **words) { return keep(count, words); }
