/* The same without headers of the system, for compilers that have none. */
extern int external(int);
int (*pointer)(int);

__attribute__((noinline)) int work(int x) { return x * 7 + external(x); }
int (*table[])(int) = {work, external};

__attribute__((constructor)) static void begin(void) { pointer = external(1) ? work : external; }

int main(int count, char **words) { return table[count & 1](count) + pointer(count) + work(count); }
