/** CONNECTOR, a part of the vault: what kinds of credentials there are, as data; filling them in; where they may go. */
export { CONNECTORS, connectorOf, knownConnector } from './catalogue.ts'
export { fill, fillAddress, fillAll, fillProvided, type Values, withDefaults } from './fill.ts'
export { hostFits, hostsOf, isWithin } from './hosts.ts'
