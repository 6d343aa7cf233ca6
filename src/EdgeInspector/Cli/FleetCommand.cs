using System.CommandLine;
using EdgeInspector.Cli.Arguments;
using EdgeInspector.Delivery.Connecting;
using EdgeInspector.Delivery.Fleet;
using EdgeInspector.Fleet;
using EdgeInspector.Settings;

namespace EdgeInspector.Cli;

/// <summary><c>fleet</c>: the condition of all stations at a broker, as they themselves report it.</summary>
internal static class FleetCommand
{
    public static Command Create()
    {
        var command = new Command(
            "fleet",
            "Shows all stations at a broker: versions, packages, yields and alarms. Login and TLS as for the agent: "
            + "--Mqtt:UserName=…, --Mqtt:PasswordFile=…, --Mqtt:Tls:Enabled=true, --Mqtt:Tls:CaFile=…. Exit code 0: all online; 4: "
            + "some degraded; 5: some offline, silent or missing; 1: the broker can't be reached.");
        var arguments = new FleetArguments(command);
        var settings = new SettingsArguments(command);
        command.SetAction((parsed, stop) =>
        {
            FleetRequest asked = arguments.Read(parsed);
            return RunAsync(asked, Broker(settings.File(parsed), SettingsArguments.Overrides(parsed), asked.Broker, asked.Prefix), stop);
        });
        return command;
    }

    private static MqttOptions Broker(string? file, string[] overrides, string? broker, string? prefix)
    {
        // The user names another broker: a settings file that happens to lie here does not apply to it.
        MqttOptions options = FleetSettings.Read(file is null && broker is not null ? null : SettingsFile.Find(file), overrides);
        if (broker is not null)
        {
            var address = BrokerAddress.Parse(broker);
            MqttTlsOptions tls = options.Tls with { Enabled = address.Tls ?? options.Tls.Enabled };
            bool isPortSet = overrides.Any(setting => setting.StartsWith("--Mqtt:Port=", StringComparison.OrdinalIgnoreCase));
            options = options with
            {
                Host = address.Host,
                Port = isPortSet ? address.Port ?? options.Port : address.PortOr(tls.Enabled),
                Tls = tls,
            };
        }
        return prefix is null ? options : options with { TopicPrefix = prefix };
    }

    private static async Task<int> RunAsync(FleetRequest asked, MqttOptions options, CancellationToken stop)
    {
        TimeProvider time = TimeProvider.System;
        var book = new FleetBook(asked.Patience, asked.Expected, time);
        var connected = new TaskCompletionSource<string?>(TaskCreationOptions.RunContinuationsAsynchronously);
        try
        {
            await using var listener = new FleetListener(
                options,
                book.Hear,
                fault =>
                {
                    book.Connect(fault);
                    connected.TrySetResult(fault);
                },
                time);
            listener.Start();
            var watch = new FleetWatch(book, options, asked.Patience, time);
            return asked.IsOnce ? await watch.OnceAsync(asked.AsJson, connected.Task, stop) : await watch.WatchAsync(stop);
        }
        catch (DeliveryException fault)
        {
            throw new RefusedException(fault.Message);
        }
    }
}
