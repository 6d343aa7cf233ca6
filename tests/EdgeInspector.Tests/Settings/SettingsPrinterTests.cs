using EdgeInspector.Settings;

namespace EdgeInspector.Tests.Settings;

public sealed class SettingsPrinterTests
{
    [Fact]
    public void Settings_are_printed_as_they_would_be_written()
    {
        var options = new SampleOptions
        {
            Line = "Prüfung <1>",
            Stations =
            {
                ["weld-3"] = new SampleStation
                {
                    Deadline = TimeSpan.FromMilliseconds(1500),
                    Threshold = 0.1,
                    Camera = new SampleCamera(),
                    Ports = [1],
                },
            },
        };
        Assert.Equal(
            """
            {
              "Line": "Prüfung <1>",
              "Broker": {
                "Port": 2000,
                "Protocol": "5",
                "Password": null,
                "Pin": null,
                "Address": ""
              },
              "Stations": {
                "weld-3": {
                  "Threshold": 0.1,
                  "Rules": {},
                  "Deadline": "1500ms",
                  "Delay": "0s",
                  "FailSafe": "Reject",
                  "Enabled": true,
                  "Camera": {
                    "Usb": null,
                    "Url": null
                  },
                  "Ports": [
                    1
                  ],
                  "Actions": [
                    "Stop"
                  ]
                }
              },
              "Places": {},
              "Providers": [
                "cpu"
              ]
            }
            """.ReplaceLineEndings("\n"),
            SettingsPrinter.Print(options).ReplaceLineEndings("\n"));
    }

    [Fact]
    public void Only_what_differs_from_the_defaults_is_printed_on_request()
    {
        var options = new SampleOptions
        {
            Broker = new SampleBroker { Port = 2000, Password = "secret" },
            Stations =
            {
                ["weld-3"] = new SampleStation { Threshold = 0.1, Camera = new SampleCamera(), Rules = { ["dent"] = new SampleRule() } },
            },
        };
        string printed = SettingsPrinter.PrintDifferences(options);
        Assert.DoesNotContain("secret", printed, StringComparison.Ordinal);
        Assert.Equal(
            """
            {
              "Broker": {
                "Password": "***"
              },
              "Stations": {
                "weld-3": {
                  "Threshold": 0.1,
                  "Rules": {
                    "dent": {}
                  },
                  "Camera": {}
                }
              }
            }
            """.ReplaceLineEndings("\n"),
            printed.ReplaceLineEndings("\n"));
        Assert.Equal(
            SettingsPrinter.Print(options with { Broker = new SampleBroker { Port = 2000, Password = "***" } }),
            SettingsPrinter.Print(Reading.Value(printed)));
    }

    [Fact]
    public void Printed_settings_are_read_again_as_the_same()
    {
        SampleOptions options = Reading.Value(
            Reading.Station("\"Rules\": { \"a:b\": { \"Threshold\": 0.3 } }, \"Deadline\": \"30s\", \"Delay\": \"0.0001ms\""));
        Assert.Equal(SettingsPrinter.Print(options), SettingsPrinter.Print(Reading.Value(SettingsPrinter.Print(options))));
    }

    [Theory]
    [InlineData("rtsp://joe:secret@camera/1")]
    [InlineData("rtsp://joe:sec@ret@camera/1")]
    [InlineData("rtsp://joe:sec/ret@camera/1")]
    [InlineData("rtsp://:secret@camera/1")]
    public void Secrets_are_masked(string address)
    {
        string text = SettingsPrinter.Print(new SampleBroker { Password = "secret", Pin = 4711, Address = address });
        Assert.DoesNotContain("sec", text, StringComparison.Ordinal);
        Assert.DoesNotContain("ret", text, StringComparison.Ordinal);
        Assert.DoesNotContain("4711", text, StringComparison.Ordinal);
        Assert.Contains("***@camera/1", text, StringComparison.Ordinal);
    }

    [Fact]
    public void An_address_without_a_login_is_shown_in_full() =>
        Assert.Contains(
            "rtsp://camera:554/1", SettingsPrinter.Print(new SampleBroker { Address = "rtsp://camera:554/1" }), StringComparison.Ordinal);
}
