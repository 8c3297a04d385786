// A small program with what readers of .NET must know: nested and generic types, handlers, switches, a table of numbers,
// and functions of machine code. `mcs -optimize+ -deterministic lantern.cs` makes `lantern.exe`, and with `-define:SECOND`
// and `-debug` a later version, `lantern-second.exe`.
using System;
using System.Collections.Generic;
using System.Runtime.InteropServices;

[assembly: Guid("5f0c3a52-9d0e-4c7a-8d57-5b2f5c1a7e11")]

namespace Lamplighters
{
    public static class Native
    {
        [DllImport("kernel32.dll")]
        public static extern IntPtr VirtualAlloc(IntPtr address, uint size, uint kind, uint protection);
    }

    public class Wick<T>
    {
        private readonly List<T> parts = new List<T>();

        public void Add(T part) { parts.Add(part); }

        public int Count() { return parts.Count; }

        public class Ember
        {
            public double Heat;

            public double Cool(double by)
            {
                Heat -= by * 0.125;
                return Heat < 0 ? 0 : Heat;
            }
        }
    }

    public static class Lantern
    {
        private static readonly byte[] Table =
            { 0x63, 0x7c, 0x77, 0x7b, 0xf2, 0x6b, 0x6f, 0xc5, 0x30, 0x01, 0x67, 0x2b, 0xfe, 0xd7, 0xab, 0x76, 0xca };

        public static uint Flicker(string text)
        {
            uint hash = 2166136261;
            foreach (char letter in text)
            {
                hash = (hash ^ letter) * 16777619;
            }
            return hash;
        }

#if SECOND
        public static byte[] Dim(byte[] data, byte key)
        {
            byte[] result = new byte[data.Length];
            int index = 0;
            while (index < data.Length)
            {
                int place = (index + key) % Table.Length;
                byte mask = Table[place];
                result[index] = (byte)(data[index] ^ mask);
                index++;
            }
            return result;
        }

        public static long Glow(long[] parts)
        {
            long sum = 7;
            foreach (long part in parts) { sum = sum * 31 + part; }
            return sum;
        }
#else
        public static byte[] Dim(byte[] data, byte key)
        {
            byte[] result = new byte[data.Length];
            for (int index = 0; index < data.Length; index++)
            {
                result[index] = (byte)(data[index] ^ Table[(index + key) % Table.Length]);
            }
            return result;
        }
#endif

        public static string Name(int number)
        {
            switch (number)
            {
                case 0: return "light";
                case 1: return "trim";
                case 2: return "douse";
                case 3: return "carry";
                default: return "unknown " + number;
            }
        }

        public static int Guarded(string text)
        {
            try
            {
                return int.Parse(text);
            }
            catch (FormatException)
            {
                Console.WriteLine("no number: " + text);
                return -1;
            }
            finally
            {
                Console.WriteLine("done");
            }
        }

        public static int Main(string[] arguments)
        {
            Wick<string> wick = new Wick<string>();
            foreach (string argument in arguments)
            {
                wick.Add(argument);
                Console.WriteLine(Name(Guarded(argument)) + " " + Flicker(argument));
            }
            Wick<int>.Ember ember = new Wick<int>.Ember();
            Console.WriteLine(ember.Cool(1.5));
            Native.VirtualAlloc(IntPtr.Zero, 4096, 0x3000, 0x40);
#if SECOND
            Console.WriteLine(Glow(new long[] { 1, 2 }));
#endif
            byte[] dimmed = Dim(new byte[] { 1, 2, 3 }, 7);
            return wick.Count() + dimmed.Length;
        }
    }
}
