using System.CommandLine;
using EdgeInspector.Cli.Arguments;
using EdgeInspector.Delivery.Connecting;
using EdgeInspector.Delivery.Fleet;
using EdgeInspector.Fleet;
using EdgeInspector.Printing;
using EdgeInspector.Settings;

namespace EdgeInspector.Cli;

/// <summary><c>fleet</c>: how all stations at a broker are, by what they say of themselves.</summary>
internal static class FleetCommand
{
    public static Command Create()
    {
        var broker = new Option<string?>("--broker")
        {
            Description = "The broker: host, host:port, mqtt://host:port or mqtts://host:port (1883, with TLS 8883); default: "
                + "that of the settings.",
            HelpName = "ADDRESS",
        };
        var prefix = new Option<string?>("--prefix")
        {
            Description = "What the topics of the stations begin with, such as plant-7/{line}/{station} or plant-7/+/+; "
                + "default: Mqtt:TopicPrefix.",
            HelpName = "TEMPLATE",
        };
        var once = new Option<bool>("--once")
        {
            Description = "Shows the table once and ends; so it is where the output is no terminal, unless --watch is given.",
        };
        var watch = new Option<bool>("--watch")
        {
            Description = "Goes on until Ctrl-C; where the output is no terminal, writes a line for each change.",
        };
        var json = new Option<bool>("--json") { Description = "Once, as JSON on standard output." };
        var expect = new Option<string?>("--expect")
        {
            Description = "Who ought to be there: how many, or a file with line/station in each line. Others are welcome.",
            HelpName = "N|FILE",
        };
        var patience = new Option<int>("--patience")
        {
            Description = "So many seconds may a station be silent; so long does --once listen. "
                + "Hearts beat each second, states come each 10 s.",
            DefaultValueFactory = _ => 3,
            HelpName = "S",
        };
        patience.Validators.Add(result =>
        {
            if (result.GetValue(patience) is < 1 or > 3600)
                result.AddError("--patience must be between 1 and 3600.");
        });
        var command = new Command(
            "fleet",
            "Shows all stations at a broker: versions, packages, yields and alarms. Login and TLS as for the agent: "
            + "--Mqtt:UserName=…, --Mqtt:PasswordFile=…, --Mqtt:Tls:Enabled=true, --Mqtt:Tls:CaFile=…. Exit code 0: all online; 4: "
            + "some degraded; 5: some offline, silent or missing; 1: the broker can't be reached.")
        {
            broker, prefix, once, watch, json, expect, patience,
        };
        var arguments = new SettingsArguments(command);
        command.SetAction((parsed, stop) =>
        {
            bool isOnce = parsed.GetValue(once) || parsed.GetValue(json);
            if (isOnce && parsed.GetValue(watch))
                throw new RefusedException("--watch does not go with --once and --json.");
            isOnce |= !parsed.GetValue(watch) && !Terminal.Results.Profile.Capabilities.Interactive;
            ExpectedStations expected = parsed.GetValue(expect) is { } who ? ExpectedStations.Read(who) : ExpectedStations.Nobody;
            MqttOptions options = Broker(
                arguments.File(parsed), SettingsArguments.Overrides(parsed), parsed.GetValue(broker), parsed.GetValue(prefix));
            return RunAsync(options, expected, TimeSpan.FromSeconds(parsed.GetValue(patience)), isOnce, parsed.GetValue(json), stop);
        });
        return command;
    }

    private static MqttOptions Broker(string? file, string[] overrides, string? broker, string? prefix)
    {
        // A broker that is named is another one: nothing of a file that happens to lie here is meant for it.
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

    private static async Task<int> RunAsync(
        MqttOptions options, ExpectedStations expected, TimeSpan patience, bool isOnce, bool asJson, CancellationToken stop)
    {
        TimeProvider time = TimeProvider.System;
        var book = new FleetBook(patience, expected, time);
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
            var watch = new FleetWatch(book, options, patience, time);
            return isOnce ? await watch.OnceAsync(asJson, connected.Task, stop) : await watch.WatchAsync(stop);
        }
        catch (DeliveryException fault)
        {
            throw new RefusedException(fault.Message);
        }
    }
}
