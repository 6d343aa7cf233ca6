using System.Buffers;
using System.Diagnostics;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using EdgeInspector.Delivery.Signals;
using MQTTnet.Channel;

namespace EdgeInspector.Delivery.Tests.Signals;

/// <summary>
/// A station's thread with signals and the client's with messages of its own, on one connection whose socket is as slow as the test wants
/// it.
/// </summary>
public sealed class SignalChannelTests : IDisposable
{
    private const int Rounds = 100;
    private const byte OfSignal = (byte)'s', OfClient = (byte)'c';

    private readonly Socket _socket = new();
    private readonly SignalChannel _channel;
    private readonly Thread _station;
    private readonly Thread _client;
    private Func<int, bool> _signalMayGo = _ => true, _messageMayGo = _ => true;
    private int _signalsGoing, _messagesGoing, _signalsWithMemory;

    public SignalChannelTests()
    {
        _channel = new SignalChannel(_socket, new SignalAcknowledgements(), _ => { }, 64);
        _station = new Thread(SendSignals);
        _client = new Thread(SendMessages);
    }

    public void Dispose() => _channel.Dispose();

    [Fact]
    public void A_message_of_the_client_that_comes_while_a_signal_is_written_goes_after_it_and_costs_the_signal_no_memory()
    {
        int written = 0;
        _messageMayGo = round => Reaches(ref written, round);
        _socket.OnSignal = () =>
        {
            Volatile.Write(ref written, written + 1);
            Reaches(ref _messagesGoing, written);
        };
        Run();
        Assert.Equal(string.Concat(Enumerable.Repeat("sc", Rounds)), Encoding.ASCII.GetString(_socket.Written));
        Assert.InRange(_signalsWithMemory, 0, OnceInAThread);
    }

    [Fact]
    public void A_signal_that_comes_while_a_message_of_the_client_is_written_goes_after_it_and_takes_no_memory_to_wait()
    {
        int written = 0;
        _signalMayGo = round => Reaches(ref written, round);
        _socket.OnMessage = () =>
        {
            Volatile.Write(ref written, written + 1);
            Reaches(ref _signalsGoing, written);
            SpinWait.SpinUntil(() => _station.ThreadState.HasFlag(System.Threading.ThreadState.WaitSleepJoin), Eventually.Patience);
        };
        Run();
        Assert.Equal(string.Concat(Enumerable.Repeat("cs", Rounds)), Encoding.ASCII.GetString(_socket.Written));
        Assert.InRange(_signalsWithMemory, 0, OnceInAThread);
    }

    /// <summary>At a thread's first lock that another one holds, the runtime makes what it counts such meetings with.</summary>
    private const int OnceInAThread = 1;

    private void Run()
    {
        _client.Start();
        _station.Start();
        _station.Join();
        _client.Join();
    }

    private void SendSignals()
    {
        for (int round = 1; round <= Rounds && _signalMayGo(round); round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            Volatile.Write(ref _signalsGoing, round);
            bool isWritten = _channel.TryWrite([OfSignal], Eventually.Patience, out _);
            if (GC.GetAllocatedBytesForCurrentThread() != before)
                _signalsWithMemory++;
            if (!isWritten || !Reaches(ref _socket.Count, 2 * round))
                return;
        }
    }

    private void SendMessages()
    {
        // The client can always be told to stop.
        using var stop = new CancellationTokenSource();
        for (int round = 1; round <= Rounds && _messageMayGo(round); round++)
        {
            Task written = _channel.WriteAsync(new ReadOnlySequence<byte>([OfClient]), true, stop.Token);
            Volatile.Write(ref _messagesGoing, round);
            if (!written.Wait(Eventually.Patience, TestContext.Current.CancellationToken) || !Reaches(ref _socket.Count, 2 * round))
                return;
        }
    }

    /// <summary>Waits without a lock and without memory.</summary>
    private static bool Reaches(ref int value, int wanted)
    {
        long began = Stopwatch.GetTimestamp();
        var pause = new SpinWait();
        while (Volatile.Read(ref value) != wanted)
        {
            if (Stopwatch.GetElapsedTime(began) > Eventually.Patience)
                return false;
            pause.SpinOnce();
        }
        return true;
    }

    /// <summary>Writes each packet in one go.</summary>
    private sealed class Socket : IMqttChannel
    {
        /// <summary>How many packets are written.</summary>
        public int Count;

        /// <summary>The first byte of each packet.</summary>
        public byte[] Written { get; } = new byte[2 * Rounds];

        /// <summary>What happens before a signal is written, on its thread.</summary>
        public Action OnSignal { get; set; } = () => { };

        /// <summary>What happens before a message of the client is written, on the client's thread.</summary>
        public Action OnMessage { get; set; } = () => { };

        public X509Certificate2 ClientCertificate => throw new NotSupportedException();

        public EndPoint RemoteEndPoint => throw new NotSupportedException();

        public EndPoint LocalEndPoint => throw new NotSupportedException();

        public bool IsSecureConnection => false;

        public Task WriteAsync(ReadOnlySequence<byte> buffer, bool isEndOfPacket, CancellationToken cancellationToken)
        {
            byte whose = buffer.FirstSpan[0];
            (whose == OfSignal ? OnSignal : OnMessage)();
            Written[Count] = whose;
            Volatile.Write(ref Count, Count + 1);
            return Task.CompletedTask;
        }

        public Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public Task ConnectAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task DisconnectAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public void Dispose()
        {
        }
    }
}
